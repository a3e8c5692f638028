import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { SNS } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { ssm } from '../../../../src/lib/aws/ssm.ts';
import { GsysError } from '../../../../src/lib/errors.ts';
import { alarmsOf, topicArn } from '../../../../src/lib/fleet/alarms.ts';
import { pagingName } from '../../../../src/lib/fleet/paging-alarms.ts';
import { acquireLock } from '../../../../src/lib/release/lock.ts';
import { alarmLab } from './support.ts';

const TAG = { Key: 'gsys:fleet', Value: 'gaming-system' };

describe('applying alarms', () => {
  it('puts 69 for 23 services and one each that pages, after their topic, all tagged, and finds nothing to do the second time', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    const first = apply();
    expect((await first.applied).outcome).toBe('applied');
    const made = first.steps.flatMap((step) => (step.type === 'changed' ? [step.name] : []));
    expect(made).toHaveLength(93);
    expect(made[0]).toBe('gaming-system-alerts');

    const cloudwatch = new CloudWatch(endpoint.client);
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ MaxRecords: 100 });
    expect(MetricAlarms).toHaveLength(69);
    const { CompositeAlarms = [] } = await cloudwatch.describeAlarms({ AlarmTypes: ['CompositeAlarm'] });
    expect(CompositeAlarms).toHaveLength(23);
    const ResourceARN = MetricAlarms[68]?.AlarmArn;
    expect((await cloudwatch.listTagsForResource({ ResourceARN })).Tags).toEqual([TAG]);
    const ResourceArn = topicArn(fleet.environment);
    expect((await new SNS(endpoint.client).listTagsForResource({ ResourceArn })).Tags).toEqual([TAG]);

    const access = awsAccess(fleet.environment);
    const second = apply({ access });
    expect((await second.applied).outcome).toBe('nothing-to-do');
    expect(access.calls).toEqual({
      'sts:GetCallerIdentity': 1,
      'cloudwatch:DescribeAlarms': 6,
      'cloudwatch:ListAlarmMuteRules': 2,
      'sns:ListSubscriptionsByTopic': 2,
      'ecs:DescribeClusters': 2,
    });
  });

  it('puts only what differs, and takes an alarm over that somebody made by hand', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    const [alarm] = alarmsOf(fleet, fleet.services);
    const cloudwatch = new CloudWatch(endpoint.client);
    const byHand = () =>
      cloudwatch.putMetricAlarm({
        ...{
          AlarmName: alarm?.name,
          Namespace: 'AWS/ECS',
          MetricName: 'CPUUtilization',
          Statistic: 'Maximum',
        },
        ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
      });
    await byHand();
    await apply().applied;
    await byHand();
    expect(await apply().applied).toMatchObject({ outcome: 'applied', changed: [alarm?.name] });
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
    expect((await apply().applied).changed).toHaveLength(92);
    expect((await sns.listTagsForResource({ ResourceArn: TopicArn })).Tags).toHaveLength(1);
  });

  it('refuses what could never see anything, after all else is done', async () => {
    const { endpoint, insights, apply } = await alarmLab();
    insights.value = 'disabled';
    const { outcome, refused, plan } = await apply().applied;
    expect(outcome).toBe('incomplete');
    expect(refused).toHaveLength(23);
    expect(refused[0]).toMatch(/RunningTaskCount does not exist: Container Insights is disabled$/);
    expect(plan.wayOut).toContain('ecs update-cluster-settings');
    const { MetricAlarms = [] } = await new CloudWatch(endpoint.client).describeAlarms({ MaxRecords: 100 });
    expect(MetricAlarms).toHaveLength(46);
  });

  it('stopped in the middle says how far it came, lets the lock go, and goes on from there', async () => {
    const { apply } = await alarmLab();
    const stop = new AbortController();
    const interrupted = apply({
      signal: stop.signal,
      onStep: (step) => {
        if (step.type === 'changed' && step.done === 5) stop.abort(new GsysError('INTERRUPTED', 'Ctrl-C'));
      },
    });
    await expect(interrupted.applied).rejects.toMatchObject({
      code: 'INTERRUPTED',
      details: [expect.stringMatching(/^changed: gaming-system-alerts, .*-high-cpu, .* is next$/)],
    });
    const resumed = await apply().applied;
    expect(resumed).toMatchObject({ outcome: 'applied' });
    expect(resumed.changed).toHaveLength(88);
  });

  it('changes nothing without consent, and nothing while somebody else changes something', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    const no = apply({ confirm: () => Promise.reject(new Error('no')) });
    await expect(no.applied).rejects.toThrow('no');
    const place = { fleet: fleet.name, environment: fleet.environment.name };
    const bob = { command: 'deploy', who: 'bob@desk' };
    await acquireLock(ssm(awsAccess(fleet.environment)), place, bob, () => endpoint.now());
    await expect(apply().applied).rejects.toMatchObject({ code: 'LOCKED' });
    expect((await new CloudWatch(endpoint.client).describeAlarms({})).MetricAlarms).toEqual([]);
  });

  it('waits for the first data, and no longer than it was given', async () => {
    const { endpoint, fleet, apply } = await alarmLab();
    const blind = apply({ patience: 1 });
    const { alarms } = (await blind.applied).plan;
    const seen = alarms.filter(({ kind }) => kind !== 'paging').map(({ state }) => state);
    expect(seen).toEqual(Array(69).fill('INSUFFICIENT_DATA'));
    expect(blind.steps.at(-1)).toMatchObject({ type: 'waiting' });

    const { services } = fleet;
    const [alarm] = alarmsOf(fleet, services);
    const name = pagingName(
      fleet,
      fleet.services.find(({ name }) => name === alarm?.service),
    );
    await new CloudWatch(endpoint.client).deleteAlarms({ AlarmNames: [name] });
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
    expect(new Set((await applied).plan.alarms.map(({ state }) => state))).toEqual(new Set(['OK']));
  });
});
