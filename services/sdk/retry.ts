export interface RetryOptions {
  /** Attempts after the first one. */
  retries: number;
  /** Bounds of the wait before a retry, milliseconds; it doubles from the first to the second. */
  minWaitMs: number;
  maxWaitMs: number;
  /** How long an attempt may be silent until another one begins beside it; milliseconds. */
  patienceMs: number;
  isWorthwhile(error: unknown): boolean;
  random?: () => number;
}

/**
 * Tries until an attempt succeeds. The next one begins when one has failed in a way that asking again may cure, after a
 * wait; or when one is silent for long, and then the first that succeeds is taken. It fails as the last one does, and
 * at once with a failure that asking again will not cure.
 */
export function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, minWaitMs, maxWaitMs, patienceMs, isWorthwhile, random = Math.random } = options;
  return new Promise((resolve, reject) => {
    let begun = 0;
    let running = 0;
    let timer: NodeJS.Timeout | undefined;
    const nextAfter = (ms: number) => {
      clearTimeout(timer);
      timer = begun <= retries ? setTimeout(begin, ms) : undefined;
    };
    const noMore = () => {
      begun = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    };
    const begin = () => {
      begun++;
      running++;
      nextAfter(patienceMs);
      attempt().then(
        (value) => {
          noMore();
          resolve(value);
        },
        (error) => {
          running--;
          if (!isWorthwhile(error)) noMore();
          else if (begun <= retries) return nextAfter(waitMs());
          if (running === 0) reject(error);
        },
      );
    };
    const waitMs = () => {
      const ceiling = Math.min(maxWaitMs, minWaitMs * 2 ** begun);
      return minWaitMs + random() * (ceiling - minWaitMs);
    };
    begin();
  });
}
