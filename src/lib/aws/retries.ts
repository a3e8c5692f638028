import { isThrottling } from './errors.ts';

/**
 * Tries of one request, the first included; milliseconds before the second one, and at most, of which up to half is
 * left to chance. All in all it is less than the 15 s that verify gives a source: the failure tells more than that.
 */
interface Patience {
  attempts: number;
  first: number;
  most: number;
}

/** Somebody else uses the account's rate: about ten seconds until it is given up. */
const THROTTLED: Patience = { attempts: 7, first: 500, most: 3000 };
/** A connection that broke, a fault of AWS's own. */
const PASSING: Patience = { attempts: 3, first: 100, most: 200 };
/** It took as long as a request may take. */
const LATE: Patience = { attempts: 2, first: 100, most: 100 };
/** What asking again will not cure. */
const HOPELESS: Patience = { attempts: 1, first: 0, most: 0 };

interface Attempt {
  getRetryCount(): number;
  /** Milliseconds. */
  getRetryDelay(): number;
}

interface Failure {
  error?: unknown;
  /** The SDK's own judgement. */
  errorType: string;
}

/**
 * When the SDK sends a request again. What it takes for passing is repeated as it would; throttling for longer.
 * @param chance from 0, less than 1
 */
export function retries(chance: () => number) {
  return {
    acquireInitialRetryToken: async () => attempt(0, 0),
    /** The SDK takes a throw for "no more", and fails with the error itself. */
    async refreshRetryTokenForRetry(last: Attempt, failure: Failure) {
      const tried = last.getRetryCount() + 1;
      const { attempts, first, most } = patienceWith(failure);
      if (tried >= attempts) throw new Error(`tried ${tried} times`);
      return attempt(tried, (0.5 + 0.5 * chance()) * Math.min(most, first * 2 ** (tried - 1)));
    },
    recordSuccess() {},
  };
}

function patienceWith({ error, errorType }: Failure): Patience {
  if (isThrottling(error)) return THROTTLED;
  if (error instanceof Error && error.name === 'TimeoutError') return LATE;
  return errorType === 'TRANSIENT' ? PASSING : HOPELESS;
}

function attempt(count: number, delay: number): Attempt {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}
