/**
 * Lets at most so many run at once; the others wait in the order they came. What takes longer than `patience`
 * milliseconds goes on, but no longer keeps others waiting: it hangs more likely than it works.
 */
export function createSemaphore(places: number, patience: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let timer: NodeJS.Timeout | undefined = setTimeout(() => {
      timer = undefined;
      leave();
    }, patience);
    try {
      return await work();
    } finally {
      if (timer) {
        clearTimeout(timer);
        leave();
      }
    }
  };
}
