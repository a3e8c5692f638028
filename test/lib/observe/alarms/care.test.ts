import path from 'node:path';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { SNS } from '@aws-sdk/client-sns';
import { expect, it } from 'vitest';
import { alarms } from '../../../../src/lib/aws/alarms.ts';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { topicArn } from '../../../../src/lib/fleet/alarms.ts';
import { checkAlarms } from '../../../../src/lib/observe/alarms/check.ts';
import { alarmHistory } from '../../../../src/lib/observe/alarms/history.ts';
import { pruneAlarms } from '../../../../src/lib/observe/alarms/prune.ts';
import { type SilenceOptions, silence } from '../../../../src/lib/observe/alarms/silence.ts';
import { tryAlarm } from '../../../../src/lib/observe/alarms/try-alarm.ts';
import { applyDashboard } from '../../../../src/lib/observe/dashboards/apply.ts';
import { until } from '../../../support/until.ts';
import { alarmLab } from './support.ts';

const PAGING = 'gaming-system-service-0-nats-paging';
const CPU = 'gaming-system-service-0-nats-high-cpu';
const MINUTE = 60_000;

/** Two services, their alarms put, and a file that is told. */
async function lab() {
  const { endpoint, fleet, apply } = await alarmLab({ others: 1 });
  await apply().applied;
  const file = path.join(endpoint.folder, 'told.jsonl');
  const TopicArn = topicArn(fleet.environment);
  await new SNS(endpoint.client).subscribe({ TopicArn, Protocol: 'file', Endpoint: file });
  const access = awsAccess(fleet.environment);
  const change = {
    ...{ fleet, access, afterwards: () => access, dryRun: false, confirm: async () => {} },
    holder: { command: 'a test', who: 'ann@laptop' },
  };
  const applying = { ...change, now: Date.now, onStep: () => {} };
  return {
    ...{ endpoint, fleet, change, applying },
    cloudwatch: new CloudWatch(endpoint.client),
    silence: (wish: SilenceOptions['wish']) => silence({ ...change, names: ['service-0'], wish }),
    forAnHour: () => ({
      ...{ kind: 'silence' as const, reason: 'it leaks' },
      until: new Date(endpoint.now() + 60 * MINUTE),
    }),
    check: () => checkAlarms(fleet, fleet.services, access, new Date(endpoint.now())),
    tryIt: (name: string, patience = 30_000) => tryAlarm({ ...change, name, patience }),
    told: async () => {
      const { AlarmHistoryItems = [] } = await new CloudWatch(endpoint.client).describeAlarmHistory({
        ...{ AlarmName: PAGING, AlarmTypes: ['CompositeAlarm'], HistoryItemType: 'Action' },
      });
      return AlarmHistoryItems.length;
    },
  };
}

it('an alarm that is tried is seen to arrive, through the one that pages for it, and is put back', async () => {
  const { tryIt, cloudwatch } = await lab();
  const tried = await tryIt(CPU);
  expect(tried).toMatchObject({ outcome: 'arrived', told: true, paging: PAGING, after: 'INSUFFICIENT_DATA' });
  expect(tried.arrivals).toMatchObject([{ protocol: 'file', arrived: 'yes' }]);
  expect(await tryIt('service-0')).toMatchObject({ outcome: 'arrived', alarm: PAGING, after: 'OK' });
  const { CompositeAlarms = [] } = await cloudwatch.describeAlarms({ AlarmTypes: ['CompositeAlarm'] });
  expect(CompositeAlarms.map(({ StateValue }) => StateValue)).toEqual(['OK', 'OK']);
});

it('an alarm is not tried where that would prove nothing', async () => {
  const { tryIt, cloudwatch } = await lab();
  await cloudwatch.disableAlarmActions({ AlarmNames: [PAGING] });
  await expect(tryIt('service-0')).rejects.toMatchObject({
    code: 'ALARM_NOT_READY',
    next: 'gsys alarms apply',
  });
  await cloudwatch.enableAlarmActions({ AlarmNames: [PAGING] });
  await cloudwatch.setAlarmState({ AlarmName: PAGING, StateValue: 'ALARM', StateReason: 'a test' });
  await expect(tryIt('service-0')).rejects.toMatchObject({ message: expect.stringMatching(/fires already/) });
});

it('a silenced alarm pages nobody and is shown; when its time is over it pages for what still fires', async () => {
  const { silence, forAnHour, check, cloudwatch, endpoint, told, tryIt } = await lab();
  expect(await silence(forAnHour())).toMatchObject({ outcome: 'silenced' });
  expect((await check()).others).toMatchObject([
    { status: 'warn', message: expect.stringMatching(/silenced by ann@laptop at .*: it leaks, until /) },
  ]);
  await expect(tryIt('service-0')).rejects.toMatchObject({ message: expect.stringMatching(/is silenced/) });
  const before = await told();
  const fires = { AlarmName: PAGING, StateValue: 'ALARM' as const, StateReason: 'a test' };
  // A composite alarm is judged again by itself, so what it looks at has to fire.
  await cloudwatch.setAlarmState({ ...fires, AlarmName: CPU });
  expect(await told()).toBe(before);
  endpoint.advance(61 * MINUTE);
  await cloudwatch.setAlarmState({ ...fires, AlarmName: CPU });
  await until('it pages', async () => (await told()) > before);
  expect((await check()).others).toEqual([]);
});

it('a silence is ended before its time, once', async () => {
  const { silence, forAnHour, check } = await lab();
  await silence(forAnHour());
  expect(await silence({ kind: 'end' })).toMatchObject({ outcome: 'ended' });
  expect(await silence({ kind: 'end' })).toMatchObject({ outcome: 'nothing-to-do' });
  expect((await check()).others).toEqual([]);
});

it('pruning deletes what gsys has made and the definition lost, and leaves a foreign alarm alone', async () => {
  const { fleet, applying, cloudwatch, check } = await lab();
  await cloudwatch.putMetricAlarm({
    ...{
      AlarmName: 'gaming-system-by-hand',
      Namespace: 'AWS/ECS',
      MetricName: 'X',
      Statistic: 'Sum',
      Period: 60,
    },
    ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
  });
  const less = { ...fleet, services: fleet.services.filter(({ kind }) => kind === 'gateway') };
  const planned = await pruneAlarms({ ...applying, fleet: less, dryRun: true });
  expect(planned.plan.alarms.map(({ action }) => action).sort()).toEqual([
    ...Array(4).fill('delete'),
    'foreign',
  ]);
  const pruned = await pruneAlarms({ ...applying, fleet: less });
  expect(pruned).toMatchObject({ outcome: 'applied' });
  expect(pruned.changed).toHaveLength(4);
  const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNamePrefix: 'gaming-system-' });
  expect(MetricAlarms.map(({ AlarmName }) => AlarmName)).toContain('gaming-system-by-hand');
  expect(MetricAlarms).toHaveLength(4);
  expect((await pruneAlarms({ ...applying, fleet: less })).outcome).toBe('nothing-to-do');
  expect((await check()).status).toBe('fail');
});

it('an alarm that somebody has made a second time is named, with what deletes it', async () => {
  const { fleet, cloudwatch, check } = await lab();
  await cloudwatch.putMetricAlarm({
    ...{ AlarmName: 'cpu by hand', Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Statistic: 'Average' },
    Dimensions: [
      { Name: 'ServiceName', Value: 'service-0-nats' },
      { Name: 'ClusterName', Value: fleet.environment.cluster },
    ],
    ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
    AlarmActions: [topicArn(fleet.environment)],
  });
  const { others, remedy } = await check();
  expect(others).toMatchObject([
    { status: 'warn', message: `cpu by hand pages for what ${CPU} watches already` },
  ]);
  expect(remedy.join()).toMatch(/delete-alarms --alarm-names 'cpu by hand'/);
});

it('the dashboard is put once, again when it differs, and not over one of somebody else', async () => {
  const { fleet, applying, cloudwatch } = await lab();
  expect((await applyDashboard(applying)).outcome).toBe('applied');
  expect((await applyDashboard(applying)).outcome).toBe('nothing-to-do');
  const DashboardName = `gaming-system-${fleet.environment.name}`;
  await cloudwatch.putDashboard({ DashboardName, DashboardBody: '{"widgets":[]}' });
  expect((await applyDashboard(applying)).outcome).toBe('applied');
  await cloudwatch.deleteDashboards({ DashboardNames: [DashboardName] });
  await cloudwatch.putDashboard({ DashboardName, DashboardBody: '{"widgets":[]}' });
  expect(await applyDashboard(applying)).toMatchObject({ outcome: 'incomplete', changed: [] });
});

it('the history tells what happened, newest first, of our alarms alone', async () => {
  const { fleet, change, tryIt } = await lab();
  await tryIt('service-0');
  const source = alarms(change.access);
  const since = new Date(0);
  const { entries } = await alarmHistory(fleet, { name: 'service-0', since, limit: 100 }, source);
  expect(entries.at(-1)).toMatchObject({ alarm: PAGING, what: 'configuration' });
  expect(entries.map(({ what }) => what)).toEqual(expect.arrayContaining(['state', 'action']));
  const { entries: few, total } = await alarmHistory(fleet, { name: undefined, since, limit: 3 }, source);
  expect(few).toHaveLength(3);
  expect(total).toBeGreaterThan(entries.length);
});
