import { setTimeout as sleep } from 'node:timers/promises';

/** Until the condition holds; a test that waits in vain says for what. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await sleep(20);
  }
}
