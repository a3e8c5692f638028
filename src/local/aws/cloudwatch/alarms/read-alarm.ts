import {
  ComparisonOperator,
  type PutCompositeAlarmInput,
  type PutMetricAlarmInput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { invalidCombination, missingParameter, validation } from '../errors.ts';
import { readDimensions } from '../metrics/dimensions.ts';
import { percentOf, STATISTICS } from '../metrics/distribution.ts';
import { checkQueries } from '../metrics/metric-queries.ts';
import type { CompositeAlarm, MetricAlarm, TreatMissingData, WatchedMetric } from './alarm.ts';
import { readAlarmRule } from './alarm-rule.ts';
import { returned } from './watched-range.ts';

/** What PutMetricAlarm refuses: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */

/** What an alarm says, without what it has become. */
export type AlarmTerms<Kind> = Omit<Kind, 'arn' | 'state' | 'configuredAt' | 'muted' | 'tags'>;

const MOST_ACTIONS = 5;
const DAY = 86_400;
const HOUR = 3600;
const SHORT_PERIODS = [10, 20, 30];
const MISSING = ['breaching', 'notBreaching', 'ignore', 'missing'];
const BANDS: readonly string[] = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
];
const NOT_HERE = [
  'ThresholdMetricId',
  'EvaluationWindow',
  'WarmUpConfiguration',
  'EvaluationCriteria',
  'EvaluationInterval',
  'ActionConfiguration',
] as const;

export function readMetricAlarm(input: PutMetricAlarmInput): AlarmTerms<MetricAlarm> {
  for (const name of NOT_HERE)
    if (input[name] !== undefined) throw validation(`The parameter ${name} is not supported here.`);
  const { EvaluationPeriods, Threshold, ComparisonOperator: comparison, DatapointsToAlarm } = input;
  if (EvaluationPeriods === undefined) throw missingParameter('EvaluationPeriods');
  if (Threshold === undefined) throw missingParameter('Threshold');
  if (comparison === undefined) throw missingParameter('ComparisonOperator');
  requireOneOf('ComparisonOperator', comparison, Object.values(ComparisonOperator));
  if (BANDS.includes(comparison))
    throw validation('Alarms on anomaly detection bands are not supported here.');
  if (!Number.isInteger(EvaluationPeriods) || EvaluationPeriods < 1)
    throw validation('EvaluationPeriods must be greater than or equal to 1.');
  if (DatapointsToAlarm !== undefined && !(DatapointsToAlarm >= 1 && DatapointsToAlarm <= EvaluationPeriods))
    throw validation('DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  requireOneOf('TreatMissingData', input.TreatMissingData, MISSING);
  requireOneOf('EvaluateLowSampleCountPercentile', input.EvaluateLowSampleCountPercentile, [
    'evaluate',
    'ignore',
  ]);
  const watched = readWatched(input);
  const period =
    watched.metric?.period ??
    Math.max(...(watched.queries ?? []).map((it) => it.MetricStat?.Period ?? it.Period ?? 0));
  const longest = period >= HOUR ? 7 * DAY : DAY;
  if (period * EvaluationPeriods > longest)
    throw validation(
      `Metrics cannot be checked across more than ${longest / DAY === 1 ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${longest}).`,
    );
  return {
    ...readCommon(input),
    kind: 'MetricAlarm',
    ...watched,
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm,
    threshold: Threshold,
    comparison,
    treatMissingData: input.TreatMissingData as TreatMissingData | undefined,
    lowSampleCount: input.EvaluateLowSampleCountPercentile as 'evaluate' | 'ignore' | undefined,
  };
}

export function readCompositeAlarm(input: PutCompositeAlarmInput): AlarmTerms<CompositeAlarm> {
  if (input.ActionsSuppressor !== undefined || input.ActionConfiguration !== undefined)
    throw validation('ActionsSuppressor and ActionConfiguration are not supported here.');
  const { AlarmRule = '' } = input;
  readAlarmRule(AlarmRule);
  return { ...readCommon(input), kind: 'CompositeAlarm', rule: AlarmRule };
}

type Common = Pick<
  PutMetricAlarmInput,
  | 'AlarmName'
  | 'AlarmDescription'
  | 'ActionsEnabled'
  | 'OKActions'
  | 'AlarmActions'
  | 'InsufficientDataActions'
>;

function readCommon(input: Common) {
  const { AlarmName: name = '', AlarmDescription } = input;
  if (name.length < 1 || name.length > 255) throw validation('AlarmName must have 1 to 255 characters.');
  if ((AlarmDescription ?? '').length > 1024)
    throw validation('AlarmDescription must have at most 1024 characters.');
  return {
    name,
    description: AlarmDescription,
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: {
      OK: readActions('OKActions', input.OKActions),
      ALARM: readActions('AlarmActions', input.AlarmActions),
      INSUFFICIENT_DATA: readActions('InsufficientDataActions', input.InsufficientDataActions),
    },
  };
}

function readActions(member: string, arns: readonly string[] = []): string[] {
  if (arns.length > MOST_ACTIONS) throw validation(`${member} must have at most ${MOST_ACTIONS} items.`);
  for (const arn of arns)
    if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(arn)) throw validation(`Invalid arn syntax: ${arn}`);
  return [...arns];
}

function readWatched(input: PutMetricAlarmInput): Pick<MetricAlarm, 'metric' | 'queries'> {
  const single = [
    input.MetricName,
    input.Namespace,
    input.Statistic,
    input.ExtendedStatistic,
    input.Period,
    input.Unit,
  ];
  if (!input.Metrics?.length) return { metric: readMetric(input) };
  if (single.some((it) => it !== undefined) || input.Dimensions?.length)
    throw invalidCombination(
      'Metrics cannot be combined with MetricName, Namespace, Dimensions, Period, Unit or a statistic.',
    );
  checkQueries(input.Metrics);
  const returning = input.Metrics.filter(({ ReturnData }) => ReturnData !== false);
  if (returning.length !== 1) throw validation('Exactly one element of the Metrics list must return data.');
  for (const { MetricStat } of input.Metrics) if (MetricStat) checkPeriod(MetricStat.Period);
  return {
    queries: input.Metrics.map((query) => ({
      ...query,
      ReturnData: query === returned(input.Metrics ?? []),
    })),
  };
}

function readMetric(input: PutMetricAlarmInput): WatchedMetric {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Period, Unit } = input;
  if (MetricName === undefined) throw missingParameter('MetricName');
  if (Namespace === undefined) throw missingParameter('Namespace');
  if (Period === undefined) throw missingParameter('Period');
  if ((Statistic === undefined) === (ExtendedStatistic === undefined))
    throw validation('Exactly one of Statistic and ExtendedStatistic must be set.');
  requireOneOf('Statistic', Statistic, STATISTICS);
  if (ExtendedStatistic !== undefined && percentOf(ExtendedStatistic) === undefined)
    throw validation(`The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
  checkPeriod(Period);
  requireOneOf('Unit', Unit, Object.values(StandardUnit));
  return {
    namespace: Namespace,
    name: MetricName,
    dimensions: readDimensions(input.Dimensions),
    stat: Statistic ?? ExtendedStatistic ?? '',
    period: Period,
    unit: Unit,
  };
}

function checkPeriod(period = 0): void {
  if (SHORT_PERIODS.includes(period) || (period > 0 && period % 60 === 0)) return;
  throw validation(`Period must be 10, 20, 30 or a multiple of 60, not ${period}.`);
}

function requireOneOf(member: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value))
    throw validation(
      `Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
    );
}
