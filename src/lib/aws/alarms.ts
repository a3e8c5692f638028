import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmActions, AlarmDefinition } from '../fleet/alarms.ts';
import { FLEET_TAG } from '../fleet/names.ts';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';

/** What gsys reads of a metric alarm. */
export interface AlarmState {
  name: string;
  arn: string;
  description: string;
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

export interface Alarms {
  /** Metric alarms by name; those that CloudWatch does not know are left out. */
  describe(names: string[]): Promise<AlarmState[]>;
  /**
   * Makes an alarm, or replaces every term of the one that is there, and tags it as the fleet's.
   * @param known the one that is there: tags of a put are taken for new alarms only
   */
  put(alarm: AlarmDefinition, fleet: string, known: AlarmState | undefined): Promise<void>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const NAMES_PER_CALL = 100;

export function alarms(access: AwsAccess): Alarms {
  const send = openClient(access, 'cloudwatch', CloudWatchClient);
  return {
    // No names would mean every alarm of the account: without batches there is no call.
    describe: (names) =>
      inBatches(names, NAMES_PER_CALL, (AlarmNames) =>
        allPages(async (NextToken) => {
          const command = new DescribeAlarmsCommand({
            AlarmNames,
            AlarmTypes: ['MetricAlarm'],
            MaxRecords: NAMES_PER_CALL,
            NextToken,
          });
          const reply = await send(command);
          return { items: (reply.MetricAlarms ?? []).map(alarmState), next: reply.NextToken };
        }),
      ),

    async put(alarm, fleet, known) {
      const Tags = [{ Key: FLEET_TAG, Value: fleet }];
      const command = new PutMetricAlarmCommand({ ...request(alarm), ...(known === undefined && { Tags }) });
      await send(command);
      if (known !== undefined) await send(new TagResourceCommand({ ResourceARN: known.arn, Tags }));
    },
  };
}

function request(alarm: AlarmDefinition) {
  const { metric, actions } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description,
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: alarm.statistic,
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluationPeriods,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    ActionsEnabled: true,
    OKActions: actions.ok,
    AlarmActions: actions.alarm,
    InsufficientDataActions: actions.insufficientData,
  };
}

function alarmState(alarm: MetricAlarm): AlarmState {
  const { EvaluationPeriods: evaluationPeriods = 0 } = alarm;
  return {
    name: alarm.AlarmName ?? '',
    arn: alarm.AlarmArn ?? '',
    description: alarm.AlarmDescription ?? '',
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
