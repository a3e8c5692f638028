import type {
  ComparisonOperator,
  MetricDataQuery,
  StandardUnit,
  Statistic,
} from '@aws-sdk/client-cloudwatch';
import type { AwsContext } from '../../context.ts';
import type { Tags } from '../../tags.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** An alarm as it is kept. */
export type Alarm = MetricAlarm | CompositeAlarm;

interface CommonAlarm {
  name: string;
  arn: string;
  description?: string | undefined;
  actionsEnabled: boolean;
  /** ARNs, by the state that they are for. */
  actions: Record<AlarmState, string[]>;
  state: {
    value: AlarmState;
    reason: string;
    /** JSON, where CloudWatch has some. */
    reasonData?: string | undefined;
    /** Milliseconds since the epoch, as below. */
    at: number;
  };
  configuredAt: number;
  /** What its state would have had done was muted; it is done when nothing mutes it any more. */
  muted?: boolean;
  tags: Tags;
}

export interface MetricAlarm extends CommonAlarm {
  kind: 'MetricAlarm';
  /** What is watched: one metric, or queries of which one returns data. */
  metric?: WatchedMetric | undefined;
  queries?: MetricDataQuery[] | undefined;
  evaluationPeriods: number;
  datapointsToAlarm?: number | undefined;
  threshold: number;
  comparison: ComparisonOperator;
  treatMissingData: TreatMissingData | undefined;
  lowSampleCount?: 'evaluate' | 'ignore' | undefined;
}

export interface WatchedMetric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  /** A Statistic, or a percentile: `p99`. */
  stat: Statistic | string;
  /** Seconds. */
  period: number;
  unit?: StandardUnit | undefined;
}

export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface CompositeAlarm extends CommonAlarm {
  kind: 'CompositeAlarm';
  rule: string;
}

export function alarmArn({ region, account }: Pick<AwsContext, 'region' | 'account'>, name: string): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}

/** Seconds that a datapoint of the alarm spans. */
export function periodOf({ metric, queries = [] }: MetricAlarm): number {
  return metric?.period ?? Math.max(...queries.map((it) => it.MetricStat?.Period ?? it.Period ?? 0), 60);
}
