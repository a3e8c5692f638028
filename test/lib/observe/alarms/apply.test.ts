import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { SNS } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { alarmsOf, topicArn } from '../../../../src/lib/fleet/alarms.ts';
import { alarmLab } from './support.ts';

const TAG = { Key: 'gsys:fleet', Value: 'gaming-system' };

describe('applying alarms', () => {
  it('puts 69 for 23 services after their topic, all tagged, and finds nothing to do the second time', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    const first = apply();
    expect((await first.applied).outcome).toBe('applied');
    expect(first.steps.slice(0, 3).map(({ type }) => type)).toEqual(['planned', 'topic-created', 'put']);
    expect(first.steps.findLast(({ type }) => type === 'put')).toMatchObject({ done: 69, of: 69 });

    const cloudwatch = new CloudWatch(endpoint.client);
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ MaxRecords: 100 });
    expect(MetricAlarms).toHaveLength(69);
    const ResourceARN = MetricAlarms[68]?.AlarmArn;
    expect((await cloudwatch.listTagsForResource({ ResourceARN })).Tags).toEqual([TAG]);
    const ResourceArn = topicArn(fleet.environment);
    expect((await new SNS(endpoint.client).listTagsForResource({ ResourceArn })).Tags).toEqual([TAG]);

    const access = awsAccess(fleet.environment);
    const second = apply({ access });
    expect((await second.applied).outcome).toBe('nothing-to-do');
    expect(access.calls).toEqual({
      'sts:GetCallerIdentity': 1,
      'cloudwatch:DescribeAlarms': 1,
      'sns:ListSubscriptionsByTopic': 1,
      'ecs:DescribeClusters': 1,
    });
  });

  it('puts only what differs, and takes an alarm over that somebody made by hand', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    await apply().applied;
    const [alarm] = alarmsOf(fleet, fleet.services);
    const cloudwatch = new CloudWatch(endpoint.client);
    await cloudwatch.deleteAlarms({ AlarmNames: [alarm?.name ?? ''] });
    await cloudwatch.putMetricAlarm({
      ...{ AlarmName: alarm?.name, Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Statistic: 'Maximum' },
      ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
    });
    const { steps, applied } = apply();
    expect((await applied).alarms.filter(({ action }) => action !== 'unchanged')).toMatchObject([
      { alarm: alarm?.name, action: 'update' },
    ]);
    expect(steps.filter(({ type }) => type === 'put')).toHaveLength(1);
    const ResourceARN = `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${alarm?.name}`;
    expect((await cloudwatch.listTagsForResource({ ResourceARN })).Tags).toEqual([TAG]);
  });

  it('leaves alone a topic that somebody else made', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    const sns = new SNS(endpoint.client);
    const { TopicArn } = await sns.createTopic({
      Name: fleet.environment.alertsTopic,
      Tags: [{ Key: 'owner', Value: 'terraform' }],
    });
    expect((await apply().applied).topic).toEqual({ arn: TopicArn, action: 'unchanged' });
    expect((await sns.listTagsForResource({ ResourceArn: TopicArn })).Tags).toHaveLength(1);
  });

  it('refuses what could never see anything, after all else is done', async () => {
    const { endpoint, insights, apply } = await alarmLab();
    insights.value = 'disabled';
    await expect(apply().applied).rejects.toMatchObject({
      code: 'NO_SUCH_METRIC',
      message: expect.stringMatching(/^23 alarms were refused .*; the other 46 are as defined$/),
      next: expect.stringContaining('ecs update-cluster-settings'),
    });
    const { MetricAlarms = [] } = await new CloudWatch(endpoint.client).describeAlarms({ MaxRecords: 100 });
    expect(MetricAlarms).toHaveLength(46);
  });

  it('stopped in the middle says how far it came, lets the lock go, and goes on from there', async () => {
    const { apply } = await alarmLab();
    const stop = new AbortController();
    const interrupted = apply({
      signal: stop.signal,
      onStep: (step) => step.type === 'put' && step.done === 5 && stop.abort(new Error('Ctrl-C')),
    });
    await expect(interrupted.applied).rejects.toThrow('Ctrl-C');
    expect(interrupted.steps.at(-1)).toEqual({ type: 'stopped', done: 5, of: 69 });
    const { steps, applied } = apply();
    expect((await applied).outcome).toBe('applied');
    expect(steps.findLast(({ type }) => type === 'put')).toMatchObject({ done: 64, of: 64 });
  });

  it('changes nothing without consent, and nothing while somebody else changes something', async () => {
    const { endpoint, apply } = await alarmLab();
    const no = apply({ confirm: () => Promise.reject(new Error('no')) });
    await expect(no.applied).rejects.toThrow('no');
    const ends = await Promise.allSettled([apply().applied, apply().applied]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'LOCKED' } });
    const { MetricAlarms = [] } = await new CloudWatch(endpoint.client).describeAlarms({ MaxRecords: 100 });
    expect(MetricAlarms).toHaveLength(69);
  });

  it('waits for the first data, and no longer than it was given', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    const blind = apply({ patience: 1 });
    expect((await blind.applied).alarms.map(({ state }) => state)).toContain('INSUFFICIENT_DATA');
    expect(blind.steps.at(-1)).toEqual({ type: 'waiting', blind: 69, of: 69 });

    const { services } = fleet;
    const [alarm] = alarmsOf(fleet, services);
    await new CloudWatch(endpoint.client).deleteAlarms({ AlarmNames: [alarm?.name ?? ''] });
    endpoint.metrics.put(
      alarmsOf(fleet, services).map(({ metric, threshold, comparison }) => ({
        namespace: metric.namespace,
        metric: metric.name,
        dimensions: metric.dimensions,
        value: comparison === 'LessThanThreshold' ? threshold : 1,
        unit: metric.unit,
      })),
    );
    const { applied } = apply({ patience: 60_000 });
    expect(new Set((await applied).alarms.map(({ state }) => state))).toEqual(new Set(['OK']));
  });
});
