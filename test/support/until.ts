import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition, never for time; `bound` (milliseconds) only ends what would hang. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  bound = 120_000,
): Promise<T> {
  const end = Date.now() + bound;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${bound / 1000} s: ${what}`);
    await sleep(50);
  }
}
