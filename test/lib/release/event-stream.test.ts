import { expect, it } from 'vitest';
import { eventStream } from '../../../src/lib/release/event-stream.ts';

it('tells in order, and the work goes on when an event was dealt with', async () => {
  const seen: string[] = [];
  const stream = eventStream<string>(async (tell) => {
    await tell('plan');
    seen.push('question');
    await Promise.all([tell('a'), tell('b')]);
  });
  for await (const event of stream) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(event);
  }
  expect(seen).toEqual(['plan', 'question', 'a', 'b']);
});

it('fails as the work does, after all that it told', async () => {
  const seen: string[] = [];
  const read = async () => {
    const stream = eventStream<string>(async (tell) => {
      void tell('last words');
      throw new Error('over');
    });
    for await (const event of stream) seen.push(event);
  };
  await expect(read()).rejects.toThrow('over');
  expect(seen).toEqual(['last words']);
});
