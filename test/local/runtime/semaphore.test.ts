import { describe, expect, it } from 'vitest';
import { createSemaphore } from '../../../src/local/runtime/semaphore.ts';

describe('a semaphore', () => {
  it('lets so many run at once, in the order they came', async () => {
    const oneOfTwo = createSemaphore(2, 60_000);
    const order: number[] = [];
    let most = 0;
    let running = 0;
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        oneOfTwo(async () => {
          order.push(n);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        }),
      ),
    );
    expect([order, most]).toEqual([[1, 2, 3, 4, 5], 2]);
  });

  it('does not let one that hangs keep the others waiting', async () => {
    const one = createSemaphore(1, 1);
    let release = () => {};
    const hanging = one(() => new Promise<void>((resolve) => (release = resolve)));
    expect(await one(async () => 'next')).toBe('next');
    release();
    await hanging;
    expect(await one(async () => 'and again')).toBe('and again');
  });
});
