import { GsysError } from '../errors.ts';

/** How a release looks at the world while it waits: with patience, and only while the fleet's lock is its own. */
export interface Watching {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Seconds. */
  wait(seconds: number): Promise<void>;
  /** From 0, less than 1. */
  chance(): number;
  /**
   * One look, again until it succeeds: an endpoint that is away for a moment is no reason to leave a wave alone.
   * @throws GsysError LOCKED when the lock is somebody else's, ENDPOINT_UNREACHABLE when the endpoint stays away
   */
  look<T>(at: () => Promise<T>): Promise<T>;
}

interface Means {
  now(): number;
  chance(): number;
  /** Milliseconds. */
  pause(milliseconds: number): Promise<void>;
  /** Before each look. @throws GsysError LOCKED */
  keepLock(): Promise<void>;
}

/** Seconds that the endpoint may be away. */
const BLIND = 90;
/** Seconds between two tries meanwhile. */
const AGAIN = 2;
/** What may pass by itself. */
const PASSING = ['ENDPOINT_UNREACHABLE', 'AWS_UNAVAILABLE'];

export function watching({ now, chance, pause, keepLock }: Means): Watching {
  return {
    now,
    chance,
    wait: (seconds) => pause(seconds * 1000),
    async look(at) {
      const since = now();
      for (;;) {
        try {
          await keepLock();
          return await at();
        } catch (error) {
          const seconds = Math.round((now() - since) / 1000);
          if (!isPassing(error) || seconds >= BLIND) throw error;
          await pause(AGAIN * 1000);
        }
      }
    },
  };
}

function isPassing(error: unknown): boolean {
  return error instanceof GsysError && PASSING.includes(error.code);
}
