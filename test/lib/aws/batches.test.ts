import { describe, expect, it } from 'vitest';
import { allPages, inBatches } from '../../../src/lib/aws/batches.ts';

const numbers = Array.from({ length: 1000 }, (_, i) => i);

describe('batches', () => {
  it('come back in order, whichever answers first', async () => {
    const found = await inBatches(numbers, 10, async (slice) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      return slice;
    });
    expect(found).toEqual(numbers);
  });

  it('are asked for ten at a time', async () => {
    let underWay = 0;
    let most = 0;
    await inBatches(numbers, 10, async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return [];
    });
    expect(most).toBe(10);
  });

  it('end with the first failure: nobody is asked after it', async () => {
    let asked = 0;
    const failing = inBatches(numbers, 10, async () => {
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked).toBe(10);
  });
});

describe('pages', () => {
  it('are followed to the end', async () => {
    const pages = await allPages(async (token) => {
      const page = Number(token ?? 0);
      return { items: [page], next: page === 99 ? undefined : String(page + 1) };
    });
    expect(pages).toHaveLength(100);
  });

  it('that lead in a circle are no answer', async () => {
    const circle: Record<string, string> = { first: 'a', a: 'b', b: 'a' };
    const pages = allPages(async (token = 'first') => ({ items: [token], next: circle[token] }));
    await expect(pages).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
  });
});
