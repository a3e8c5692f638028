import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import { invalidCombination, invalidValue } from '../errors.ts';
import { readDimensions } from './dimensions.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import type { MetricName, MetricStore } from './metric-store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const MOST_DATA = 1000;
const MOST_VALUES = 150;
const HOUR = 3_600_000;
const OLDEST = 14 * 24 * HOUR;
const NEWEST = 2 * HOUR;
/** Between -2^360 and 2^360. */
const LARGEST = 2 ** 360;

const UNITS: readonly string[] = Object.values(StandardUnit);

interface Sample {
  metric: MetricName;
  unit: string;
  at: number;
  samples: Distribution;
}

/** Everything or nothing is taken. @param onPut told of each metric that has new samples */
export function putMetricData(
  input: PutMetricDataInput,
  { store, clock, onPut }: { store: MetricStore; clock(): number; onPut(metric: MetricName): void },
): object {
  const namespace = readNamespace(input.Namespace ?? '');
  if (input.EntityMetricData?.length) throw invalidValue('EntityMetricData is not supported here.');
  const data = input.MetricData ?? [];
  if (data.length === 0) throw invalidValue('The collection MetricData must contain at least one datum.');
  if (data.length > MOST_DATA)
    throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  const samples = data.map((datum, i) => readDatum(namespace, datum, `MetricData.member.${i + 1}`, clock()));
  for (const { metric, unit, at, samples: them } of samples) {
    store.put(metric, unit, at, them);
    onPut(metric);
  }
  return {};
}

/** @throws AwsError for namespaces that only AWS services write to */
function readNamespace(namespace: string): string {
  if (namespace.startsWith('AWS/') || !/^[\w.\-/#: ]{1,255}$/.test(namespace) || namespace.startsWith(':'))
    throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
  return namespace;
}

function readDatum(namespace: string, datum: MetricDatum, at: string, now: number): Sample {
  const name = datum.MetricName ?? '';
  if (name.trim() === '' || name.length > 255)
    throw invalidValue(`The parameter ${at}.MetricName must have 1 to 255 characters.`);
  const unit = datum.Unit ?? 'None';
  if (!UNITS.includes(unit)) throw invalidValue(`The parameter ${at}.Unit must be a value in the set.`);
  if (![undefined, 1, 60].includes(datum.StorageResolution))
    throw invalidValue(`The parameter ${at}.StorageResolution must be 1 or 60.`);
  const time = datum.Timestamp?.getTime() ?? now;
  if (time < now - OLDEST || time > now + NEWEST)
    throw invalidValue(
      `The parameter ${at}.Timestamp must specify a time within the past two weeks and no more than two hours in the future.`,
    );
  return {
    metric: { namespace, name, dimensions: readDimensions(datum.Dimensions) },
    unit,
    at: time,
    samples: readSamples(datum, at),
  };
}

function readSamples(datum: MetricDatum, at: string): Distribution {
  const { Value, Values, Counts, StatisticValues } = datum;
  const given = [Value, Values?.length ? Values : undefined, StatisticValues].filter(
    (it) => it !== undefined,
  );
  if (given.length !== 1)
    throw invalidCombination(`${at} must have exactly one of Value, Values and StatisticValues.`);
  if (StatisticValues) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = StatisticValues;
    for (const value of [SampleCount, Sum, Minimum, Maximum]) checkNumber(value, `${at}.StatisticValues`);
    if (SampleCount <= 0 || Minimum > Maximum)
      throw invalidValue(`The parameter ${at}.StatisticValues contradicts itself.`);
    return { count: SampleCount, sum: Sum, min: Minimum, max: Maximum, values: undefined };
  }
  const values = Value === undefined ? (Values ?? []) : [Value];
  const counts = Counts?.length ? Counts : values.map(() => 1);
  if (values.length > MOST_VALUES || counts.length !== values.length)
    throw invalidValue(`${at} must have as many Counts as Values, and at most ${MOST_VALUES}.`);
  for (const value of values) checkNumber(value, `${at}.Value`);
  if (counts.some((count) => !(count > 0))) throw invalidValue(`The Counts of ${at} must be positive.`);
  return distributionOf(values.map((value, i) => [value, counts[i] ?? 1]));
}

function checkNumber(value: number, at: string): void {
  if (!Number.isFinite(value) || Math.abs(value) > LARGEST)
    throw invalidValue(`The value ${value} for parameter ${at} is invalid.`);
}
