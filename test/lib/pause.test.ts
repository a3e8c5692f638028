import { expect, it } from 'vitest';
import { unlessAborted } from '../../src/lib/pause.ts';

it('work that fails after it was given up on ends nobody', async () => {
  const unheard: unknown[] = [];
  const listen = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', listen);
  try {
    const late = new Promise<never>((_, reject) => setImmediate(() => reject(new Error('late'))));
    await expect(unlessAborted(late, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unheard).toEqual([]);
  } finally {
    process.off('unhandledRejection', listen);
  }
});
