import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { merged, percentOf } from '../metrics/distribution.ts';
import type { Points } from '../metrics/expression.ts';
import { answerQueries, readPoints, readStat } from '../metrics/metric-queries.ts';
import type { MetricName, MetricStore } from '../metrics/metric-store.ts';
import { type MetricAlarm, periodOf } from './alarm.ts';
import { type Datapoint, EXTRA_PERIODS } from './judge-datapoints.ts';

/**
 * The datapoints of an alarm's latest periods, newest first. The periods end with the second that runs, so that what
 * was just put counts at once.
 * @param now milliseconds since the epoch
 * @param second how long one lasts, in milliseconds
 */
export function watchedRange(
  alarm: MetricAlarm,
  store: MetricStore,
  now: number,
  second: number,
): (Datapoint | undefined)[] {
  const spans = spansOf(alarm, now, second);
  return pointsOf(alarm, store, spans).map((value, i) =>
    value === undefined ? undefined : { at: spans[i]?.[0] ?? now, value },
  );
}

/** Whether the alarm should keep its state because a percentile of so few samples means nothing. */
export function tooFewSamples(
  { metric, lowSampleCount }: MetricAlarm,
  store: MetricStore,
  now: number,
  second: number,
): boolean {
  const percent = percentOf(metric?.stat ?? '');
  if (metric === undefined || percent === undefined || lowSampleCount !== 'ignore') return false;
  const samples = merged(
    store
      .read(metric, metric.unit, [[now - metric.period * second, now + second]])
      .filter((it) => it !== undefined),
  );
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Percentiles.html
  const wanted = 10 / (percent >= 50 ? 1 - percent / 100 : percent / 100);
  return samples !== undefined && samples.count < wanted;
}

/** Metrics that an alarm reads. */
export function watchedMetrics({ metric, queries = [] }: MetricAlarm): MetricName[] {
  if (metric) return [metric];
  return queries.flatMap(({ MetricStat }) => (MetricStat ? [readStat(MetricStat).metric] : []));
}

function spansOf(alarm: MetricAlarm, now: number, second: number): [number, number][] {
  const length = periodOf(alarm) * second;
  const end = (Math.floor(now / second) + 1) * second;
  return Array.from({ length: alarm.evaluationPeriods + EXTRA_PERIODS }, (_, i) => [
    end - (i + 1) * length,
    end - i * length,
  ]);
}

function pointsOf(
  { metric, queries = [] }: MetricAlarm,
  store: MetricStore,
  spans: [number, number][],
): Points {
  if (metric) return readPoints({ metric, stat: metric.stat, unit: metric.unit }, spans, store);
  const answers = answerQueries(queries, () => spans, store);
  return answers.get(returned(queries)?.Id ?? '') ?? [];
}

/** The one query that an alarm compares; an alarm may have only one. */
export function returned(queries: readonly MetricDataQuery[]): MetricDataQuery | undefined {
  return queries.find(({ ReturnData }) => ReturnData !== false);
}
