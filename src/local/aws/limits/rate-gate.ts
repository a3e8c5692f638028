import type { Gate } from '../gate.ts';
import { throttling } from '../service.ts';
import type { RateLimit } from './request-rates.ts';
import { type Bucket, takeToken } from './token-bucket.ts';

/**
 * Throttles what comes faster than the limits allow; one account, so one bucket for each limit.
 * @param now milliseconds of a clock that only goes forward
 */
export function rateGate(limits: RateLimit[], now: () => number): Gate {
  const buckets = new Map<RateLimit, Bucket>();
  const byCall = new Map(
    limits.flatMap((limit) => limit.operations.map((name) => [`${limit.service}:${name}`, limit])),
  );
  return ({ service, operation }) => {
    const limit = byCall.get(`${service}:${operation}`);
    if (limit === undefined) return undefined;
    const { bucket, granted } = takeToken(buckets.get(limit), limit, now());
    buckets.set(limit, bucket);
    if (!granted) throw throttling();
    return undefined;
  };
}
