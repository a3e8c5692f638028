import type {
  Datapoint,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { invalidCombination, invalidValue } from '../errors.ts';
import { readDimensions } from './dimensions.ts';
import { type Distribution, percentOf, STATISTICS, statistic } from './distribution.ts';
import type { MetricStore } from './metric-store.ts';
import { spansBetween } from './spans.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const MOST_DATAPOINTS = 1440;

/** One metric, by period; without a unit, one datapoint for each unit in which it was put. */
export function getMetricStatistics(
  input: GetMetricStatisticsInput,
  store: MetricStore,
): GetMetricStatisticsOutput {
  const { Statistics = [], ExtendedStatistics = [] } = input;
  if (Statistics.length + ExtendedStatistics.length === 0)
    throw invalidCombination(
      'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
    );
  for (const name of Statistics)
    if (!STATISTICS.includes(name))
      throw invalidValue(`The value ${name} for parameter Statistics is invalid.`);
  for (const name of ExtendedStatistics)
    if (percentOf(name) === undefined)
      throw invalidValue(`The value ${name} for parameter ExtendedStatistics is not supported.`);
  const [from, to] = [input.StartTime?.getTime() ?? 0, input.EndTime?.getTime() ?? 0];
  if (from >= to)
    throw invalidCombination('The parameter StartTime must be less than the parameter EndTime.');
  const spans = spansBetween(from, to, input.Period ?? 0, invalidValue);
  if (spans.length > MOST_DATAPOINTS)
    throw invalidCombination(
      `You have requested up to ${spans.length} datapoints, which exceeds the limit of ${MOST_DATAPOINTS}.`,
    );
  const metric = {
    namespace: input.Namespace ?? '',
    name: input.MetricName ?? '',
    dimensions: readDimensions(input.Dimensions),
  };
  const units = input.Unit === undefined ? store.unitsOf(metric, from, to) : [input.Unit];
  const datapoints = units.flatMap((unit) =>
    store.read(metric, unit, spans).flatMap((samples, i) => {
      const at = spans[i]?.[0] ?? 0;
      return samples === undefined ? [] : [datapoint(at, unit as StandardUnit, samples, input)];
    }),
  );
  return { Label: metric.name, Datapoints: datapoints };
}

function datapoint(
  at: number,
  Unit: StandardUnit,
  samples: Distribution,
  { Statistics = [], ExtendedStatistics = [] }: GetMetricStatisticsInput,
): Datapoint {
  const extended = ExtendedStatistics.flatMap((name): [string, number][] => {
    const value = statistic(samples, name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    Timestamp: new Date(at),
    Unit,
    ...Object.fromEntries(Statistics.map((name) => [name, statistic(samples, name)])),
    ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
  };
}
