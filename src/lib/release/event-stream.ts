/**
 * Work that tells what it does, as a stream of what it told. The stream ends when the work does, and fails with it.
 * @param work is given what to tell with
 */
export async function* eventStream<T>(work: (tell: (event: T) => void) => Promise<void>): AsyncGenerator<T> {
  const waiting: T[] = [];
  let wake = () => {};
  let done = false;
  const settled = work((event) => {
    waiting.push(event);
    wake();
  }).finally(() => {
    done = true;
    wake();
  });
  // Its failure is thrown at the end, when all that was told before has been heard.
  settled.catch(() => undefined);
  for (;;) {
    const event = waiting.shift();
    if (event !== undefined) yield event;
    else if (done) break;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  await settled;
}
