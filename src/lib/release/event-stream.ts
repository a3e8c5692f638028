/**
 * Work that tells what it does, as a stream of what it told. The stream ends when the work does, and fails with it.
 * @param work is given what to tell with, which settles when the event was dealt with
 */
export async function* eventStream<T>(
  work: (tell: (event: T) => Promise<void>) => Promise<void>,
): AsyncGenerator<T> {
  const waiting: { event: T; done: () => void }[] = [];
  let wake = () => {};
  let over = false;
  const settled = work(
    (event) =>
      new Promise<void>((done) => {
        waiting.push({ event, done });
        wake();
      }),
  ).finally(() => {
    over = true;
    wake();
  });
  // Its failure is thrown at the end, when all that was told before has been heard.
  settled.catch(() => undefined);
  for (;;) {
    const next = waiting.shift();
    if (next !== undefined) {
      yield next.event;
      next.done();
    } else if (over) break;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  await settled;
}
