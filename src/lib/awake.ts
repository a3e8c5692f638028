/**
 * By how much a client's own limits are longer than ours: they count also while we are held up, and only end what
 * nobody waits for any more.
 */
export const HELD_UP = 20;

/** Milliseconds between two looks at the clock. */
const LOOK = 25;
/** What one look counts at most: two that come on time are hardly further apart. */
const MOST = 2 * LOOK;

/**
 * Calls back after so many milliseconds in which this process was awake. On a machine that is busy, or was asleep, an
 * answer may have lain here for seconds before we come to read it: whoever sent it in time must not be blamed for that.
 * @param clock milliseconds
 * @returns what cancels it
 */
export function afterAwake(
  milliseconds: number,
  run: () => void,
  clock = () => performance.now(),
): () => void {
  let left = milliseconds;
  let seen = clock();
  let timer: NodeJS.Timeout;
  // What has arrived is read between two looks, so however late they come, it comes before the end.
  const look = () => {
    const now = clock();
    left -= Math.min(now - seen, MOST);
    seen = now;
    if (left > 0) timer = setTimeout(look, Math.min(LOOK, left));
    else run();
  };
  timer = setTimeout(look, Math.min(LOOK, left));
  return () => clearTimeout(timer);
}
