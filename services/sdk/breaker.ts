import {
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  handleWhen,
  type IBreaker,
} from 'cockatiel';
import { Code, FAULT_OF, ServiceError } from './errors.ts';

/** Who serves the subject has failed again and again: what it would say is said at once, without asking. */
export class CircuitOpen extends ServiceError {
  constructor(subject: string, leftMs: number) {
    const seconds = Math.max(1, Math.ceil(leftMs / 1000));
    super(Code.UNAVAILABLE, `${subject} has failed again and again and is asked again in ${seconds} s.`, {
      details: { retryAfterMs: String(seconds * 1000), [FAULT_OF]: subject },
    });
  }
}

export interface Breaker<T> {
  /** @throws CircuitOpen, or whatever the attempt throws */
  run(attempt: () => Promise<T>): Promise<T>;
}

export interface BreakerOptions<T> {
  /** A failure of whoever serves the subject: thrown, or told in its answer. */
  isFailure(error: unknown): boolean;
  isFailed(answer: T): boolean;
  /** It says nothing about whoever serves the subject, not even while that is on trial. */
  isMoot?(error: unknown): boolean;
  /** A failure that cost nobody anything: nobody is there. */
  isAbsence(error: unknown): boolean;
  onChange(state: 'open' | 'closed'): void;
  openMs?: number;
}

const FAILURES_TO_OPEN = 5;
const SUCCESSES_TO_CLOSE = 2;
const OPEN_MS = 60_000;
/** To find that there still is nobody burdens nobody, and whoever lost their connection is back in less than this. */
const ABSENT_MS = 1_000;

/**
 * One subject's: 5 failures one after another open it; after a minute, or a second when nobody was there, 2 successes
 * one after another close it.
 */
export function createBreaker<T>(subject: string, options: BreakerOptions<T>): Breaker<T> {
  const { isFailure, isFailed, isMoot = () => false, isAbsence, onChange, openMs = OPEN_MS } = options;
  const counts = consecutive();
  /** Of the monotonic clock: the library's own waiting goes by one that can be set back, so it is told not to wait. */
  let openUntil = 0;
  let trying = false;
  const isClosed = () => policy.state === CircuitState.Closed && !counts.onTrial();
  const policy: CircuitBreakerPolicy = circuitBreaker(
    // To be tried out and not to be reached is no success.
    handleWhen((error) => !isMoot(error) && (isFailure(error) || !isClosed())).orWhenResult((answer) =>
      isFailed(answer as T),
    ),
    { halfOpenAfter: Number.NEGATIVE_INFINITY, breaker: counts },
  );
  policy.onBreak((failure) => {
    const absent = 'error' in failure && isAbsence(failure.error);
    openUntil = performance.now() + (absent ? Math.min(openMs, ABSENT_MS) : openMs);
    onChange('open');
  });

  return {
    run: async (attempt) => {
      if (isClosed()) return policy.execute(attempt);
      const left = policy.state === CircuitState.Open ? openUntil - performance.now() : 0;
      // Tried out by one at a time; whoever comes meanwhile is not kept waiting for how that ends.
      if (left > 0 || trying) throw new CircuitOpen(subject, left);
      trying = true;
      try {
        return await policy.execute(attempt);
      } finally {
        trying = false;
        if (isClosed()) onChange('closed');
      }
    },
  };
}

/** The library closes a circuit at its first success; ours stays on trial until it has had enough of them. */
function consecutive(): IBreaker & { onTrial(): boolean } {
  let failures = 0;
  let wanted = 0;
  return {
    state: undefined,
    onTrial: () => wanted > 0,
    success: (state) => {
      failures = 0;
      if (state === CircuitState.HalfOpen) wanted = SUCCESSES_TO_CLOSE - 1;
      else if (wanted > 0) wanted--;
    },
    failure: () => {
      failures++;
      const opens = wanted > 0 || failures >= FAILURES_TO_OPEN;
      if (opens) wanted = 0;
      return opens;
    },
  };
}
