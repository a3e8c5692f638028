import type {
  Statistic,
  CompositeAlarm as WireComposite,
  MetricAlarm as WireMetric,
} from '@aws-sdk/client-cloudwatch';
import { dimensionList } from '../metrics/dimensions.ts';
import { percentOf } from '../metrics/distribution.ts';
import type { CompositeAlarm, MetricAlarm, WatchedMetric } from './alarm.ts';

export function metricAlarmView(alarm: MetricAlarm): WireMetric {
  return {
    ...commonView(alarm),
    ...(alarm.metric ? watchedView(alarm.metric) : { Metrics: alarm.queries }),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.treatMissingData,
    EvaluateLowSampleCountPercentile: alarm.lowSampleCount,
  };
}

export function compositeAlarmView(alarm: CompositeAlarm): WireComposite {
  return { ...commonView(alarm), AlarmRule: alarm.rule };
}

function commonView(alarm: MetricAlarm | CompositeAlarm) {
  const { state, actions } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.at),
    StateTransitionedTimestamp: new Date(state.at),
  };
}

export function watchedView({ namespace, name, dimensions, stat, period, unit }: WatchedMetric) {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensionList(dimensions),
    ...(percentOf(stat) === undefined ? { Statistic: stat as Statistic } : { ExtendedStatistic: stat }),
    Period: period,
    Unit: unit,
  };
}
