import type { Collection } from '../../../store.ts';
import { type Distribution, merged } from './distribution.ts';
import { addSamples, type Buckets, compact, latest, samplesBetween, type Tier } from './series.ts';

/** What a metric is known by; a unit makes it a series. */
export interface MetricName {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

export interface Series extends MetricName {
  unit: string;
  buckets: Buckets;
}

/** The newest metrics that fit; CloudWatch forgets a metric that got nothing for two weeks. */
const MOST_SERIES = 10_000;
/** Of each tier, over all metrics: a week of a fleet of 23 services, hours of one of a thousand. */
const MOST_BUCKETS = 500_000;

export interface MetricStore {
  put(metric: MetricName, unit: string, at: number, samples: Distribution): void;
  /** One distribution a span, undefined where nothing came. @param unit undefined takes all of them together */
  read(metric: MetricName, unit: string | undefined, spans: [number, number][]): (Distribution | undefined)[];
  /** Units in which a metric has samples in `[from, to)`. */
  unitsOf(metric: MetricName, from: number, to: number): string[];
  /** Metrics that got samples since then. */
  list(since: number): MetricName[];
  /** Bounds memory, and hands what changed to the disk. */
  keep(): void;
}

export function openMetricStore(
  kept: Collection<Series>,
  tiers: readonly Tier[],
  clock: () => number,
): MetricStore {
  /** By metric, then by unit. */
  const metrics = new Map<string, Map<string, Series>>();
  const changed = new Set<Series>();
  for (const series of kept.values()) unitsAt(series).set(series.unit, series);

  function unitsAt(metric: MetricName): Map<string, Series> {
    const key = metricKey(metric);
    const units = metrics.get(key) ?? new Map<string, Series>();
    metrics.set(key, units);
    return units;
  }
  const seriesOf = (metric: MetricName, unit: string | undefined): Series[] => {
    const units = metrics.get(metricKey(metric));
    if (units === undefined) return [];
    if (unit === undefined) return [...units.values()];
    const one = units.get(unit);
    return one === undefined ? [] : [one];
  };
  const all = () => [...metrics.values()].flatMap((units) => [...units.values()]);
  const drop = (series: Series) => {
    const key = metricKey(series);
    metrics.get(key)?.delete(series.unit);
    if (metrics.get(key)?.size === 0) metrics.delete(key);
    changed.delete(series);
    kept.delete(seriesKey(series));
  };

  return {
    put(metric, unit, at, samples) {
      const units = unitsAt(metric);
      const series = units.get(unit) ?? { ...metric, unit, buckets: [] };
      units.set(unit, series);
      addSamples(series.buckets, tiers, at, samples, clock());
      changed.add(series);
    },
    read(metric, unit, spans) {
      const found = seriesOf(metric, unit);
      return spans.map(([from, to]) =>
        merged(found.flatMap(({ buckets }) => samplesBetween(buckets, from, to))),
      );
    },
    unitsOf: (metric, from, to) =>
      seriesOf(metric, undefined)
        .filter(({ buckets }) => samplesBetween(buckets, from, to).length > 0)
        .map(({ unit }) => unit),
    list: (since) =>
      [...metrics.values()].flatMap((units) => {
        const [one] = [...units.values()].filter(({ buckets }) => latest(buckets) >= since);
        return one === undefined ? [] : [one];
      }),
    keep() {
      const most = Math.ceil(MOST_BUCKETS / Math.max(1, metrics.size));
      for (const series of all()) {
        compact(series.buckets, tiers, clock(), most);
        if (series.buckets.every((tier) => tier.length === 0)) drop(series);
      }
      const newestFirst = all().toSorted((a, b) => latest(b.buckets) - latest(a.buckets));
      for (const series of newestFirst.slice(MOST_SERIES)) drop(series);
      for (const series of changed) kept.set(seriesKey(series), series);
      changed.clear();
    },
  };
}

export function metricKey({ namespace, name, dimensions }: MetricName): string {
  const names = Object.keys(dimensions).sort();
  return JSON.stringify([namespace, name, names.map((one) => [one, dimensions[one]])]);
}

function seriesKey(series: Series): string {
  return `${metricKey(series)} ${series.unit}`;
}
