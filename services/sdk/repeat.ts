import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './log.ts';

/**
 * Does something again and again, never twice at the same time, until it is stopped. A failure is logged when its
 * sentence is another one than that of the last, and does not end it.
 * @param pauseMs between the end of one and the begin of the next
 * @returns stops it, and resolves when the last one has ended
 */
export function repeat(
  what: string,
  pauseMs: number,
  log: Logger,
  work: (signal: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async () => {
    let reason = '';
    while (!signal.aborted) {
      try {
        await work(signal);
        reason = '';
      } catch (error) {
        const now = String(error);
        if (now !== reason && !signal.aborted) log.error({ err: error }, `${what} failed, trying on`);
        reason = now;
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
