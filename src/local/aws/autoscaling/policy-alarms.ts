import type { Dimension, PutMetricAlarmInput, Statistic } from '@aws-sdk/client-cloudwatch';
import { invalid } from './errors.ts';
import type { PolicyRecord } from './records.ts';

/**
 * AWS's own numbers: out after three minutes above the target, in after a quarter of an hour well below it.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
const PERIOD = 60;
const PERIODS_ABOVE = 3;
const PERIODS_BELOW = 15;
const LOW_SHARE = 0.9;

/** The alarms that a target tracking policy keeps in CloudWatch. */
export function policyAlarms(policy: PolicyRecord): PutMetricAlarmInput[] {
  const { config, alarms, arn } = policy;
  const common = {
    ...trackedMetric(policy),
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${arn}.`,
    Period: PERIOD,
    AlarmActions: [arn],
  };
  const high: PutMetricAlarmInput = {
    ...common,
    AlarmName: alarms.high,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: config.TargetValue,
    EvaluationPeriods: PERIODS_ABOVE,
  };
  if (alarms.low === undefined) return [high];
  const low: PutMetricAlarmInput = {
    ...common,
    AlarmName: alarms.low,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: config.TargetValue * LOW_SHARE,
    EvaluationPeriods: PERIODS_BELOW,
  };
  return [high, low];
}

export interface TrackedMetric {
  Namespace: string;
  MetricName: string;
  Dimensions: Dimension[];
  Statistic: Statistic;
  Unit?: PutMetricAlarmInput['Unit'];
}

const PREDEFINED: Record<string, string> = {
  ECSServiceAverageCPUUtilization: 'CPUUtilization',
  ECSServiceAverageMemoryUtilization: 'MemoryUtilization',
};

/** @throws AwsError for what ECS services of this platform have no metric of */
export function trackedMetric({
  config,
  resourceId,
}: Pick<PolicyRecord, 'config' | 'resourceId'>): TrackedMetric {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: own } = config;
  if ((predefined === undefined) === (own === undefined))
    throw invalid(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is required.',
    );
  if (predefined) {
    const metric = PREDEFINED[predefined.PredefinedMetricType ?? ''];
    if (metric === undefined)
      throw invalid(
        `The metric type ${predefined.PredefinedMetricType} is not valid for an ECS service of this platform.`,
      );
    const [, cluster, service] = resourceId.split('/');
    return {
      Namespace: 'AWS/ECS',
      MetricName: metric,
      Dimensions: [
        { Name: 'ClusterName', Value: cluster },
        { Name: 'ServiceName', Value: service },
      ],
      Statistic: 'Average',
    };
  }
  if (!own?.Namespace || !own.MetricName || !own.Statistic)
    throw invalid(
      'A customized metric needs a namespace, a name and a statistic; metric math is not supported here.',
    );
  const { Namespace, MetricName, Dimensions, Statistic, Unit } = own;
  return {
    Namespace,
    MetricName,
    Statistic,
    Dimensions: (Dimensions ?? []).map(({ Name, Value }) => ({ Name, Value })),
    ...(Unit !== undefined && { Unit: Unit as NonNullable<TrackedMetric['Unit']> }),
  };
}
