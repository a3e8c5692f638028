import { describe, expect, it } from 'vitest';
import { retries } from '../../../src/lib/aws/retries.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error('no'), { name, ...more });
const throttled = { error: named('ThrottlingException'), errorType: 'THROTTLING' };
const passing = { error: named('Error', { code: 'ECONNRESET' }), errorType: 'TRANSIENT' };
const late = { error: named('TimeoutError'), errorType: 'TRANSIENT' };

/** Milliseconds before each repetition, until it is given up. */
async function waits(failure: { error: Error; errorType: string }, chance: number): Promise<number[]> {
  const strategy = retries(() => chance);
  const found: number[] = [];
  let attempt = await strategy.acquireInitialRetryToken();
  for (;;) {
    const next = await strategy.refreshRetryTokenForRetry(attempt, failure).catch(() => undefined);
    if (next === undefined) return found;
    found.push(next.getRetryDelay());
    attempt = next;
  }
}

describe('a request that failed', () => {
  it('is repeated for ten seconds when AWS throttles', async () => {
    expect(await waits(throttled, 0.5)).toEqual([375, 750, 1500, 2250, 2250, 2250]);
  });

  it('is repeated twice when the connection broke or AWS has a fault', async () => {
    expect(await waits(passing, 0.5)).toEqual([75, 150]);
  });

  it('is repeated once when it took too long', async () => {
    expect(await waits(late, 0.5)).toEqual([75]);
  });

  it.each([
    ['was refused', named('AccessDeniedException'), 'CLIENT_ERROR'],
    [
      'met a quota that is used up, though the SDK takes it for throttling',
      named('LimitExceededException'),
      'THROTTLING',
    ],
  ])('is not repeated when it %s', async (_, error, errorType) => {
    expect(await waits({ error, errorType }, 0.5)).toEqual([]);
  });

  it('is repeated at another moment than those that failed with it', async () => {
    expect(await waits(throttled, 0.1)).not.toEqual(await waits(throttled, 0.9));
  });
});
