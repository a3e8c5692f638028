import { expect, it } from 'vitest';
import {
  distributionOf,
  merged,
  percentOf,
  statistic,
} from '../../../../../src/local/aws/cloudwatch/metrics/distribution.ts';

const hundred = distributionOf(Array.from({ length: 100 }, (_, i) => [i + 1, 1]));

it.each([
  ['SampleCount', 100],
  ['Sum', 5050],
  ['Average', 50.5],
  ['Minimum', 1],
  ['Maximum', 100],
  ['p50', 50],
  ['p99', 99],
  ['p99.9', 100],
  ['p0', 1],
  ['p100', 100],
])('%s of 1 to 100 is %d', (name, expected) => expect(statistic(hundred, name)).toBe(expected));

it('stays within 1 % and within bounds however many values come', () => {
  const parts = Array.from({ length: 50 }, (_, i) =>
    distributionOf(Array.from({ length: 100 }, (_, j): [number, number] => [i * 100 + j + 1, 1])),
  );
  const all = merged(parts);
  expect(all?.values?.length).toBeLessThan(1000);
  expect(Math.abs((statistic(all as never, 'p90') ?? 0) / 4500 - 1)).toBeLessThan(0.01);
});

it('knows no percentile of samples that came as a statistic set', () => {
  const set = { count: 2, sum: 10, min: 4, max: 6, values: undefined };
  expect(statistic(merged([set, hundred]) as never, 'p50')).toBeUndefined();
});

it.each(['p101', 'p', 'x', 'p1.', 'tm90'])('%s is no percentile', (name) =>
  expect(percentOf(name)).toBeUndefined(),
);
