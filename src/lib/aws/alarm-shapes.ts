import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmActions } from '../fleet/alarms.ts';

/** What gsys reads of any alarm. */
export interface FoundAlarm {
  name: string;
  arn: string;
  description: string;
  actionsEnabled: boolean;
  /** ARNs, by the state that they are for. */
  actions: AlarmActions;
  /** OK, ALARM or INSUFFICIENT_DATA. */
  state: string;
  reason: string;
  /** When it came into its state. */
  since: Date | undefined;
  configuredAt: Date | undefined;
}

/** Of a metric alarm. */
export interface AlarmState extends FoundAlarm {
  /** Undefined for an alarm on metric math, which gsys makes none of. */
  metric: { namespace: string; name: string; dimensions: Record<string, string> } | undefined;
  /** Undefined takes datapoints in whatever unit they come. */
  unit: string | undefined;
  /** `Average`, or a percentile. */
  statistic: string;
  /** Seconds. */
  period: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  comparison: string;
  threshold: number | undefined;
  treatMissingData: string;
}

/** Of a composite alarm. */
export interface CompositeState extends FoundAlarm {
  rule: string;
}

export function alarmState(alarm: MetricAlarm): AlarmState {
  const { EvaluationPeriods: evaluationPeriods = 0 } = alarm;
  return {
    ...foundAlarm(alarm),
    metric:
      alarm.MetricName === undefined
        ? undefined
        : {
            namespace: alarm.Namespace ?? '',
            name: alarm.MetricName,
            dimensions: Object.fromEntries(
              (alarm.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
            ),
          },
    unit: alarm.Unit,
    statistic: alarm.Statistic ?? alarm.ExtendedStatistic ?? '',
    period: alarm.Period ?? 0,
    evaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
    comparison: alarm.ComparisonOperator ?? '',
    threshold: alarm.Threshold,
    treatMissingData: alarm.TreatMissingData ?? 'missing',
  };
}

export function compositeState(alarm: CompositeAlarm): CompositeState {
  return { ...foundAlarm(alarm), rule: alarm.AlarmRule ?? '' };
}

function foundAlarm(alarm: MetricAlarm | CompositeAlarm): FoundAlarm {
  return {
    name: alarm.AlarmName ?? '',
    arn: alarm.AlarmArn ?? '',
    description: alarm.AlarmDescription ?? '',
    actionsEnabled: alarm.ActionsEnabled ?? true,
    actions: {
      ok: alarm.OKActions ?? [],
      alarm: alarm.AlarmActions ?? [],
      insufficientData: alarm.InsufficientDataActions ?? [],
    },
    state: alarm.StateValue ?? '',
    reason: alarm.StateReason ?? '',
    since: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp,
    configuredAt: alarm.AlarmConfigurationUpdatedTimestamp,
  };
}
