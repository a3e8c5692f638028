/** What several producers put in, one consumer takes out in turn. */
export interface Outlet<T> {
  put(item: T): void;
  /** Ends it, after what was put before. */
  fail(error: unknown): void;
  items(): AsyncGenerator<T>;
}

/** @param signal ends it at once, with its reason */
export function outlet<T>(signal: AbortSignal): Outlet<T> {
  let waiting: T[] = [];
  let failure: { error: unknown } | undefined;
  let wake: () => void = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    put(item) {
      waiting.push(item);
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    async *items() {
      for (;;) {
        signal.throwIfAborted();
        const ready = waiting;
        waiting = [];
        yield* ready;
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
