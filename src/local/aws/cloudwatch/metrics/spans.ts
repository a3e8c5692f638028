import type { AwsError } from '../../service.ts';

/** Periods shorter than a minute that CloudWatch knows, in seconds. */
export const SHORT_PERIODS = [1, 5, 10, 20, 30];
const LONGEST_PERIOD = 86_400;
/** No answer holds more; a query that would is refused rather than computed. */
const MOST_SPANS = 100_800;

export function isPeriod(seconds: number): boolean {
  return SHORT_PERIODS.includes(seconds) || (seconds > 0 && seconds % 60 === 0 && seconds <= LONGEST_PERIOD);
}

/**
 * The periods of a query, oldest first, on multiples of the period.
 * @param from in milliseconds since the epoch, as `to`
 * @param period in seconds
 */
export function spansBetween(
  from: number,
  to: number,
  period: number,
  refuse: (message: string) => AwsError,
): [number, number][] {
  if (!isPeriod(period))
    throw refuse(`The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, not ${period}.`);
  const length = period * 1000;
  const first = Math.floor(from / length) * length;
  const count = Math.ceil((to - first) / length);
  if (count > MOST_SPANS)
    throw refuse(`The query asks for ${count} periods of ${period} s; at most ${MOST_SPANS} are given.`);
  return Array.from({ length: count }, (_, i) => [first + i * length, first + (i + 1) * length]);
}
