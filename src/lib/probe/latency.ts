/** Of some times in milliseconds. */
export interface Latency {
  min: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** How many took at least `from` and less than `to` milliseconds. */
export interface Bucket {
  from: number;
  to: number;
  count: number;
}

/** By nearest rank, so each is a time that was measured. Undefined of none. Pure. */
export function latencyOf(times: number[]): Latency | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  if (sorted.length === 0) return undefined;
  return { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The shortest bucket ends here; each next one is twice as wide. Milliseconds. */
const FIRST = 0.25;

/** From the first bucket that holds any to the last, empty ones between them too. Pure. */
export function histogramOf(times: number[]): Bucket[] {
  const buckets: Bucket[] = [];
  const longest = Math.max(0, ...times);
  for (let from = 0, to = FIRST; times.length > 0 && from <= longest; from = to, to *= 2)
    buckets.push({ from, to, count: times.filter((time) => time >= from && time < to).length });
  const first = buckets.findIndex(({ count }) => count > 0);
  return first < 0 ? [] : buckets.slice(first);
}
