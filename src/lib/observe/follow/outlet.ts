/** What several producers put in, one consumer takes out in turn. */
export interface Outlet<T> {
  put(item: T): void;
  /** Ends it, after what was put before. */
  fail(error: unknown): void;
  items(): AsyncGenerator<T>;
  /** Weight of what was put in and not yet taken out. */
  waiting(): number;
}

/** @param signal ends it at once, with its reason @param weightOf of an item */
export function outlet<T>(signal: AbortSignal, weightOf: (item: T) => number): Outlet<T> {
  let waiting: T[] = [];
  let failure: { error: unknown } | undefined;
  let weight = 0;
  let wake: () => void = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    put(item) {
      waiting.push(item);
      weight += weightOf(item);
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    waiting: () => weight,
    async *items() {
      for (;;) {
        signal.throwIfAborted();
        const ready = waiting;
        waiting = [];
        for (const item of ready) {
          yield item;
          weight -= weightOf(item);
        }
        if (waiting.length > 0) continue;
        if (failure) throw failure.error;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted || failure || waiting.length > 0) resolve();
        });
      }
    },
  };
}
