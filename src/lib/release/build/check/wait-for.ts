import { pause } from '../../../pause.ts';

/** Milliseconds between two looks. */
const EVERY = 50;

/**
 * Asks until it is so.
 * @param patience milliseconds
 * @returns the answer, or undefined when it never was
 */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  patience: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() > end) return answer;
    await pause(EVERY, signal);
  }
}
