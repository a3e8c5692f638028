/** Says when a follow falls behind, by how much, and when it has caught up. */
export interface Lag {
  /**
   * @param behind milliseconds between now and when what is shown now was taken
   * @param now milliseconds, of a clock that only goes forward
   * @returns what to tell, if it is time
   */
  look(behind: number, now: number): string | undefined;
}

/** Milliseconds. Server times come in whole seconds, and Live Tail shows every second. */
const BEHIND = 5000;
const CAUGHT_UP = 3000;
/** Between two sentences about it. */
const EVERY = 10_000;

export function createLag(): Lag {
  let said: number | undefined;
  return {
    look(behind, now) {
      if (behind >= BEHIND && (said === undefined || now - said >= EVERY)) {
        said = now;
        return `behind by ${Math.round(behind / 1000)} s: what is shown now was written so long ago`;
      }
      if (said === undefined || behind > CAUGHT_UP) return undefined;
      said = undefined;
      return 'caught up';
    },
  };
}
