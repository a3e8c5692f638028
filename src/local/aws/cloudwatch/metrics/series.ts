import { type Distribution, merged } from './distribution.ts';

/** How coarse samples are kept, and for how long: milliseconds, finest first. */
export interface Tier {
  resolution: number;
  retention: number;
}

/**
 * Seconds for an hour, minutes for a day, five minutes for the two weeks that PutMetricData reaches back. CloudWatch
 * keeps three hours, 15 and 63 days of these.
 * @param second how long one lasts, in milliseconds: 1000, less under `--time-scale`
 */
export function tiersOf(second: number): Tier[] {
  return [
    { resolution: second, retention: 3600 * second },
    { resolution: 60 * second, retention: 24 * 3600 * second },
    { resolution: 300 * second, retention: 14 * 24 * 3600 * second },
  ];
}

/** `[start in milliseconds since the epoch, samples]` */
export type Bucket = [number, Distribution];

/** The samples of one metric in one unit; each tier oldest first. Plain data, as it is kept on disk. */
export type Buckets = Bucket[][];

export function addSamples(
  buckets: Buckets,
  tiers: readonly Tier[],
  at: number,
  samples: Distribution,
  now: number,
): void {
  const fits = tiers.findIndex(({ retention }) => now - at <= retention);
  if (fits === -1) return;
  const { resolution } = tiers[fits] as Tier;
  insert(tierAt(buckets, fits), [Math.floor(at / resolution) * resolution, samples]);
}

/** Samples of `[from, to)`, milliseconds since the epoch. */
export function samplesBetween(buckets: Buckets, from: number, to: number): Distribution[] {
  const found: Distribution[] = [];
  for (const tier of buckets) {
    for (let i = firstAt(tier, from); i < tier.length; i++) {
      const [start, samples] = tier[i] as Bucket;
      if (start >= to) break;
      found.push(samples);
    }
  }
  return found;
}

/**
 * Moves what has become old into the next coarser tier, and drops what the last one no longer keeps.
 * @param most buckets that a tier may keep, however young
 */
export function compact(
  buckets: Buckets,
  tiers: readonly Tier[],
  now: number,
  most = Number.POSITIVE_INFINITY,
): void {
  for (const [i, { retention }] of tiers.entries()) {
    const tier = buckets[i];
    if (tier === undefined) continue;
    const old = tier.splice(0, Math.max(firstAt(tier, now - retention), tier.length - most));
    const coarser = tiers[i + 1];
    if (coarser === undefined) continue;
    for (const [start, samples] of old) {
      const rounded = Math.floor(start / coarser.resolution) * coarser.resolution;
      insert(tierAt(buckets, i + 1), [rounded, samples]);
    }
  }
}

export function latest(buckets: Buckets): number {
  return Math.max(...buckets.map((tier) => tier.at(-1)?.[0] ?? 0), 0);
}

function tierAt(buckets: Buckets, i: number): Bucket[] {
  while (buckets.length <= i) buckets.push([]);
  return buckets[i] as Bucket[];
}

function insert(tier: Bucket[], [start, samples]: Bucket): void {
  const i = firstAt(tier, start);
  const there = tier[i];
  if (there?.[0] === start) there[1] = merged([there[1], samples]) as Distribution;
  else tier.splice(i, 0, [start, samples]);
}

/** Index of the first bucket at or after a time. */
function firstAt(tier: readonly Bucket[], at: number): number {
  let low = 0;
  let high = tier.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tier[middle] as Bucket)[0] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
