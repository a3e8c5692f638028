import type { ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import { page } from '../../paging.ts';
import { badListToken, invalidValue } from '../errors.ts';
import { dimensionList } from './dimensions.ts';
import { type MetricName, type MetricStore, metricKey } from './metric-store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const PER_PAGE = 500;
const HOUR = 3_600_000;
const RECENT = 3 * HOUR;
const LISTED = 14 * 24 * HOUR;

/** @param now milliseconds since the epoch */
export function listMetrics(input: ListMetricsInput, store: MetricStore, now: number): ListMetricsOutput {
  if (input.RecentlyActive !== undefined && input.RecentlyActive !== 'PT3H')
    throw invalidValue('The parameter RecentlyActive must be PT3H.');
  const since = now - (input.RecentlyActive ? RECENT : LISTED);
  const { items, nextToken } = page(
    store.list(since).filter((metric) => fits(metric, input)),
    { key: metricKey, limit: PER_PAGE, token: input.NextToken, badToken: badListToken },
  );
  return {
    Metrics: items.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: dimensionList(dimensions),
    })),
    NextToken: nextToken,
  };
}

function fits(
  { namespace, name, dimensions }: MetricName,
  { Namespace, MetricName, Dimensions }: ListMetricsInput,
): boolean {
  return (
    (Namespace === undefined || namespace === Namespace) &&
    (MetricName === undefined || name === MetricName) &&
    (Dimensions ?? []).every(
      ({ Name = '', Value }) =>
        Object.hasOwn(dimensions, Name) && (Value === undefined || dimensions[Name] === Value),
    )
  );
}
