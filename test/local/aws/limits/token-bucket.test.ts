import { describe, expect, it } from 'vitest';
import { type Bucket, type Rate, takeToken } from '../../../../src/local/aws/limits/token-bucket.ts';

const RATE: Rate = { burst: 20, perSecond: 1 };

/** How many of the requests are granted, one after the other at these times (ms). */
function granted(times: number[], rate = RATE): number {
  let bucket: Bucket | undefined;
  return times.filter((now) => {
    const taken = takeToken(bucket, rate, now);
    bucket = taken.bucket;
    return taken.granted;
  }).length;
}
const at = (count: number, now: number) => Array.from({ length: count }, () => now);
const every = (milliseconds: number, count: number) =>
  Array.from({ length: count }, (_, i) => i * milliseconds);

describe('a token bucket', () => {
  it('grants its burst at once, and no more', () => {
    expect(granted(at(30, 5000))).toBe(20);
  });

  it('grants what a steady caller asks at its rate for ever', () => {
    expect(granted(every(1000, 10_000))).toBe(10_000);
  });

  it('grants a caller that is too fast the burst and the rate', () => {
    // 100 s at ten a second: the 20 it held, and 99.9 that came in.
    expect(granted(every(100, 1000))).toBe(119);
  });

  it('never holds more than its burst, however long nobody came', () => {
    expect(granted([...at(20, 0), ...at(30, 3_600_000)])).toBe(40);
  });

  it('takes nothing for what it refuses', () => {
    expect(granted([...at(20, 0), ...at(1000, 10), 1000])).toBe(21);
  });
});
