/** Time as the scheduler sees it: every wait and every age goes through here, so that both can be sped up. */
export interface Clock {
  /** Milliseconds since the epoch, for timestamps. Never scaled. */
  now(): number;
  /** Milliseconds that have passed for the scheduler since some fixed point. */
  elapsed(): number;
  /** @returns what cancels it */
  after(milliseconds: number, run: () => void): () => void;
}

/** @param scale how many scheduler seconds pass in a real one */
export function createClock(scale = 1): Clock {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now() * scale,
    after(milliseconds, run) {
      const timer = setTimeout(run, milliseconds / scale);
      return () => clearTimeout(timer);
    },
  };
}
