import type {
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Collection } from '../../../store.ts';
import { page, pageSize } from '../../paging.ts';
import { badToken, invalidCombination, validation } from '../errors.ts';
import { readDimensions } from '../metrics/dimensions.ts';
import { metricKey } from '../metrics/metric-store.ts';
import type { Alarm, CompositeAlarm, MetricAlarm } from './alarm.ts';
import { readAlarmRule } from './alarm-rule.ts';
import { compositeAlarmView, metricAlarmView } from './alarm-view.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_NAMES = 100;
const PAGE = { most: 100, usual: 50, refuse: validation };

export function describeAlarms(input: DescribeAlarmsInput, alarms: Collection<Alarm>): DescribeAlarmsOutput {
  if ((input.AlarmNames ?? []).length > MOST_NAMES)
    throw validation(`AlarmNames must have at most ${MOST_NAMES} items.`);
  const { items, nextToken } = page(select(input, alarms), {
    key: ({ name }) => name,
    limit: pageSize(input.MaxRecords, PAGE),
    token: input.NextToken,
    badToken,
  });
  return {
    MetricAlarms: items.filter(isMetric).map(metricAlarmView),
    CompositeAlarms: items.filter(isComposite).map(compositeAlarmView),
    NextToken: nextToken,
  };
}

/** Metric alarms that read exactly this metric. */
export function describeAlarmsForMetric(
  input: DescribeAlarmsForMetricInput,
  alarms: Collection<Alarm>,
): DescribeAlarmsForMetricOutput {
  const wanted = metricKey({
    namespace: input.Namespace ?? '',
    name: input.MetricName ?? '',
    dimensions: readDimensions(input.Dimensions),
  });
  const stat = input.Statistic ?? input.ExtendedStatistic;
  const found = alarms
    .values()
    .filter(isMetric)
    .filter(
      ({ metric }) =>
        metric !== undefined &&
        metricKey(metric) === wanted &&
        (stat === undefined || metric.stat === stat) &&
        (input.Period === undefined || metric.period === input.Period) &&
        (input.Unit === undefined || metric.unit === input.Unit),
    );
  return { MetricAlarms: found.map(metricAlarmView) };
}

/** No names, or an empty list of them, mean every alarm; no types mean metric alarms alone. */
function select(input: DescribeAlarmsInput, alarms: Collection<Alarm>): Alarm[] {
  const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child } = input;
  if (parent !== undefined || child !== undefined) {
    const {
      ChildrenOfAlarmName: _,
      ParentsOfAlarmName: __,
      MaxRecords: ___,
      NextToken: ____,
      ...others
    } = input;
    if ((parent !== undefined && child !== undefined) || Object.values(others).some((it) => it !== undefined))
      throw validation('ChildrenOfAlarmName and ParentsOfAlarmName cannot be combined with other filters.');
    return family(alarms, parent, child);
  }
  if (input.AlarmNames?.length && input.AlarmNamePrefix !== undefined)
    throw invalidCombination('AlarmNames and AlarmNamePrefix cannot be specified together.');
  const types: readonly string[] = input.AlarmTypes?.length ? input.AlarmTypes : ['MetricAlarm'];
  return alarms.values().filter(
    (alarm) =>
      types.includes(alarm.kind) &&
      (!input.AlarmNames?.length || input.AlarmNames.includes(alarm.name)) &&
      alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
      (input.StateValue === undefined || alarm.state.value === input.StateValue) &&
      (input.ActionPrefix === undefined ||
        Object.values(alarm.actions)
          .flat()
          .some((arn) => arn.startsWith(input.ActionPrefix ?? ''))),
  );
}

function family(alarms: Collection<Alarm>, parent: string | undefined, child: string | undefined): Alarm[] {
  if (parent === undefined)
    return alarms
      .values()
      .filter((it) => isComposite(it) && readAlarmRule(it.rule).children.includes(child ?? ''));
  const one = alarms.get(parent);
  const children = one && isComposite(one) ? readAlarmRule(one.rule).children : [];
  return children.flatMap((name) => alarms.get(name) ?? []);
}

function isMetric(alarm: Alarm): alarm is MetricAlarm {
  return alarm.kind === 'MetricAlarm';
}

function isComposite(alarm: Alarm): alarm is CompositeAlarm {
  return alarm.kind === 'CompositeAlarm';
}
