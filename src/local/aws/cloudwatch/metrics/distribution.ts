/** What is known of the samples of some span of time: enough for every statistic, however many samples there were. */
export interface Distribution {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** `[value, how often]`; undefined when a statistic set hid the single values, and so the percentiles. */
  values: [number, number][] | undefined;
}

/** Distinct values kept; beyond them values are rounded to 1 %, so percentiles are right within that. */
const MOST_VALUES = 100;

export function distributionOf(values: [number, number][]): Distribution {
  return {
    count: values.reduce((all, [, count]) => all + count, 0),
    sum: values.reduce((all, [value, count]) => all + value * count, 0),
    min: Math.min(...values.map(([value]) => value)),
    max: Math.max(...values.map(([value]) => value)),
    values: thinned(values),
  };
}

export function merged(parts: readonly Distribution[]): Distribution | undefined {
  const [first, ...rest] = parts;
  if (first === undefined || rest.length === 0) return first;
  return {
    count: parts.reduce((all, { count }) => all + count, 0),
    sum: parts.reduce((all, { sum }) => all + sum, 0),
    min: Math.min(...parts.map(({ min }) => min)),
    max: Math.max(...parts.map(({ max }) => max)),
    values: parts.some(({ values }) => values === undefined)
      ? undefined
      : thinned(parts.flatMap(({ values }) => values ?? [])),
  };
}

/** @param name a Statistic or `pNN`; undefined when these samples cannot tell it */
export function statistic(samples: Distribution, name: string): number | undefined {
  switch (name) {
    case 'SampleCount':
      return samples.count;
    case 'Sum':
      return samples.sum;
    case 'Minimum':
      return samples.min;
    case 'Maximum':
      return samples.max;
    case 'Average':
      return samples.sum / samples.count;
    default:
      return percentile(samples, percentOf(name) ?? Number.NaN);
  }
}

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];

/** `p99.9` as 99.9; undefined for whatever is no percentile. */
export function percentOf(name: string): number | undefined {
  const percent = Number(/^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1] ?? Number.NaN);
  return percent <= 100 ? percent : undefined;
}

/** Nearest rank. */
function percentile({ values, count, min, max }: Distribution, percent: number): number | undefined {
  if (Number.isNaN(percent)) return undefined;
  // CloudWatch answers from a statistic set too, where it leaves no choice.
  if (values === undefined) return min === max ? min : undefined;
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  for (const [value, times] of values.toSorted(([a], [b]) => a - b)) {
    seen += times;
    if (seen >= rank) return value;
  }
  return max;
}

function thinned(values: [number, number][]): [number, number][] {
  const counts = counted(values, (value) => value);
  return counts.length <= MOST_VALUES ? counts : counted(counts, rounded);
}

function counted(values: [number, number][], key: (value: number) => number): [number, number][] {
  const counts = new Map<number, number>();
  for (const [value, count] of values) counts.set(key(value), (counts.get(key(value)) ?? 0) + count);
  return [...counts];
}

/** To the middle of steps that are 1 % apart. */
function rounded(value: number): number {
  if (value === 0) return 0;
  const step = Math.log(1.01);
  return Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / step) * step);
}
