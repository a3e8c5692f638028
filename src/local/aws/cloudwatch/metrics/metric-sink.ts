import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { MetricDatum, MetricSink } from '../../../ports.ts';
import type { AwsContext } from '../../context.ts';
import { distributionOf } from './distribution.ts';
import { type MetricName, type MetricStore, metricKey } from './metric-store.ts';

const UNITS: readonly string[] = Object.values(StandardUnit);

/** How the platform's own services put their AWS/… metrics, which PutMetricData refuses from everybody else. */
export function metricSink(
  { clock, onError }: Pick<AwsContext, 'clock' | 'onError'>,
  store: MetricStore,
  onPut: (metric: MetricName) => void,
): MetricSink {
  const isDatum = ({ namespace, metric, value, unit }: MetricDatum) => {
    const good = Number.isFinite(value) && UNITS.includes(unit);
    if (!good) onError(new Error(`${namespace} ${metric}: ${value} ${unit} is no datum of CloudWatch`));
    return good;
  };
  return {
    put(data) {
      for (const { metric, unit, at, values } of together(data.filter(isDatum), clock())) {
        store.put(metric, unit, at, distributionOf(values));
        onPut(metric);
      }
    },
  };
}

interface Samples {
  metric: MetricName;
  unit: string;
  at: number;
  values: [number, number][];
}

/** Values of one metric at one moment are one distribution: of ten thousand tasks, their cluster has as many. */
function together(data: MetricDatum[], now: number): Iterable<Samples> {
  const found = new Map<string, Samples>();
  for (const { namespace, metric: name, dimensions, value, unit, timestamp: at = now } of data) {
    const metric = { namespace, name, dimensions };
    const key = `${metricKey(metric)} ${unit} ${at}`;
    const samples = found.get(key) ?? { metric, unit, at, values: [] };
    found.set(key, samples);
    samples.values.push([value, 1]);
  }
  return found.values();
}
