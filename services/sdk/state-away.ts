import { setTimeout as sleep } from 'node:timers/promises';
import { Code, FAULT_OF, ServiceError } from './errors.ts';
import type { Origin } from './request-context.ts';

/** For one command, of JetStream or of Redis: less than any caller waits, so that it hears what is wrong. Milliseconds. */
export const STATE_TIMEOUT_MS = 1_500;

/**
 * Bucket or Redis do not answer: most often a leader or a primary has died, and the next one is not chosen yet. It is no
 * fault of the service's, whose circuit would stay open for long after the state is back.
 */
export class StateAway extends ServiceError {
  /** @param state the bucket's name, or `redis` */
  constructor(state: string, message: string, cause?: unknown) {
    super(Code.UNAVAILABLE, message, { cause, details: { [FAULT_OF]: state } });
  }
}

const PAUSE_MS = 100;
/** For one more attempt, and for the caller to hear in time how it ended, also from a task that is busy. */
const LEAST_MS = STATE_TIMEOUT_MS + 1_000;

/**
 * Does work that may be done twice, and does it again while the state is away and the caller waits: JetStream needs four
 * to nine seconds to choose a leader, Redis about twice its node timeout.
 * @throws StateAway when there is no time for one more attempt, and whatever else the work throws
 */
export async function whileStateIsAway<T>(
  work: () => Promise<T>,
  origin: Pick<Origin, 'remainingMs' | 'signal'>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const mayCure =
        error instanceof StateAway && origin.remainingMs() >= LEAST_MS && !origin.signal.aborted;
      if (!mayCure) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
