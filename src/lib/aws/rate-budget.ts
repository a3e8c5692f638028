import { pause } from '../pause.ts';

/** What several share who ask the same of a server, so that together they stay within one rate. */
export interface RateBudget {
  /** Waits for one's turn. */
  take(signal: AbortSignal | undefined): Promise<void>;
  /** The server found it too much. */
  throttled(): void;
}

/** Milliseconds between two requests when the server throttles again and again. */
const SLOWEST = 4000;

/**
 * Turns at an even pace, in the order they were asked for. Throttling halves the pace; it recovers by a twentieth a turn.
 * @param now milliseconds
 */
export function rateBudget(perSecond: number, now: () => number): RateBudget {
  const usual = 1000 / perSecond;
  let interval = usual;
  let next = Number.NEGATIVE_INFINITY;
  return {
    async take(signal) {
      const turn = Math.max(now(), next);
      next = turn + interval;
      interval = Math.max(usual, interval * 0.95);
      await pause(Math.max(0, turn - now()), signal);
    },
    throttled() {
      interval = Math.min(SLOWEST, interval * 2);
      next = Math.max(next, now() + interval);
    },
  };
}
