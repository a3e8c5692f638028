import type { AlarmTransition } from '../../../ports.ts';
import type { AwsContext } from '../../context.ts';
import { percentOf } from '../metrics/distribution.ts';
import type { Alarm, MetricAlarm } from './alarm.ts';
import { readAlarmRule } from './alarm-rule.ts';
import { amazonDate } from './state-reason.ts';

/** The JSON document that CloudWatch publishes on a change of state, as SNS's subscribers know it. */
export function alarmMessage(
  alarm: Alarm,
  { state, previous, reason, at }: Pick<AlarmTransition, 'state' | 'previous' | 'reason' | 'at'>,
  { account, region }: Pick<AwsContext, 'account' | 'region'>,
): string {
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: amazonDate(alarm.configuredAt),
    NewStateValue: state,
    NewStateReason: reason,
    StateChangeTime: amazonDate(at),
    Region: regionName(region),
    AlarmArn: alarm.arn,
    OldStateValue: previous,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    ...(alarm.kind === 'MetricAlarm'
      ? { Trigger: trigger(alarm) }
      : { AlarmRule: alarm.rule, Children: readAlarmRule(alarm.rule).children }),
  });
}

function trigger(alarm: MetricAlarm) {
  const { metric } = alarm;
  return {
    ...(metric && {
      MetricName: metric.name,
      Namespace: metric.namespace,
      ...(percentOf(metric.stat) === undefined
        ? { StatisticType: 'Statistic', Statistic: metric.stat.toUpperCase() }
        : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: metric.stat }),
      Unit: metric.unit ?? null,
      // In lower case, in this one place of CloudWatch.
      Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ value, name })),
      Period: metric.period,
    }),
    ...(alarm.queries && { Metrics: alarm.queries }),
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(alarm.datapointsToAlarm !== undefined && { DatapointsToAlarm: alarm.datapointsToAlarm }),
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: alarm.lowSampleCount ?? '',
  };
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html; others go by their code. */
const REGIONS: Record<string, string> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'sa-east-1': 'South America (Sao Paulo)',
};

function regionName(region: string): string {
  return REGIONS[region] ?? region;
}
