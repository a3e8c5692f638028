import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** Attempts after the first one. */
  retries: number;
  /** Bounds of the wait before a retry, milliseconds; it doubles from the first to the second. */
  minWaitMs: number;
  maxWaitMs: number;
  isWorthwhile(error: unknown): boolean;
  random?: () => number;
}

/** Runs until it succeeds, the retries are used up, or the failure is one that asking again will not cure. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, minWaitMs, maxWaitMs, isWorthwhile, random = Math.random } = options;
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      if (failed >= retries || !isWorthwhile(error)) throw error;
      const ceiling = Math.min(maxWaitMs, minWaitMs * 2 ** (failed + 1));
      await sleep(minWaitMs + random() * (ceiling - minWaitMs));
    }
  }
}
