import { describe, expect, it } from 'vitest';
import { retry } from '../../../services/sdk/retry.ts';

const options = { retries: 2, minWaitMs: 1, maxWaitMs: 2, patienceMs: 60_000, isWorthwhile: () => true };

/** Fails as often as it is told, then succeeds with the number of the attempt. */
function failing(times: number) {
  let attempts = 0;
  return async () => {
    attempts++;
    if (attempts <= times) throw new Error(`attempt ${attempts}`);
    return attempts;
  };
}

describe('a retry', () => {
  it('is not needed after a success', () => expect(retry(failing(0), options)).resolves.toBe(1));

  it('comes twice', () => expect(retry(failing(2), options)).resolves.toBe(3));

  it('does not come a third time', () => expect(retry(failing(3), options)).rejects.toThrow('attempt 3'));

  it('does not come where it could not help', () =>
    expect(retry(failing(1), { ...options, isWorthwhile: () => false })).rejects.toThrow('attempt 1'));
});
