/**
 * Works on several items at once and yields each result when it is there. The first failure ends it, after
 * what is under way has settled, so that nothing goes on behind the caller's back.
 */
export async function* asTheyCome<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const waiting = [...items];
  const running = new Map<Promise<R>, Promise<{ from: Promise<R> }>>();
  const start = () => {
    const item = waiting.shift();
    if (item === undefined) return;
    const job = work(item);
    running.set(
      job,
      job.then(
        () => ({ from: job }),
        () => ({ from: job }),
      ),
    );
  };
  while (running.size < atOnce && waiting.length > 0) start();
  try {
    while (running.size > 0) {
      const { from } = await Promise.race(running.values());
      running.delete(from);
      const result = await from;
      start();
      yield result;
    }
  } finally {
    await Promise.allSettled(running.keys());
  }
}
