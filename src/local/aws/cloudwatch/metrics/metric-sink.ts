import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { MetricDatum, MetricSink } from '../../../ports.ts';
import type { AwsContext } from '../../context.ts';
import { distributionOf } from './distribution.ts';
import type { MetricName, MetricStore } from './metric-store.ts';

const UNITS: readonly string[] = Object.values(StandardUnit);

/** How the platform's own services put their AWS/… metrics, which PutMetricData refuses from everybody else. */
export function metricSink(
  { clock, onError }: Pick<AwsContext, 'clock' | 'onError'>,
  store: MetricStore,
  onPut: (metric: MetricName) => void,
): MetricSink {
  const put = ({ namespace, metric: name, dimensions, value, unit, timestamp }: MetricDatum) => {
    if (!Number.isFinite(value) || !UNITS.includes(unit)) {
      onError(new Error(`${namespace} ${name}: ${value} ${unit} is no datum of CloudWatch`));
      return;
    }
    const metric = { namespace, name, dimensions };
    store.put(metric, unit, timestamp ?? clock(), distributionOf([[value, 1]]));
    onPut(metric);
  };
  return { put: (data) => data.forEach(put) };
}
