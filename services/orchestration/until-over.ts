import { setTimeout as sleep } from 'node:timers/promises';
import type { Origin } from '../sdk/request-context.ts';
import { type Execution, isOver } from './execution.ts';
import type { Store } from './store.ts';

/** How long a reply waits for an end, and what it leaves of the caller's time; milliseconds. */
const PATIENCE_MS = 2_000;
const RESERVE_MS = 250;
/** Between looks at what another task is at. */
const LOOK_MS = 100;

/**
 * What is there when it is over, or when a reply should wait no longer.
 * @param driven resolves when this task is no longer at it
 */
export async function untilOver(
  store: Store,
  first: Execution,
  { remainingMs }: Pick<Origin, 'remainingMs'>,
  driven: Promise<void> = Promise.resolve(),
): Promise<Execution> {
  const end = performance.now() + Math.min(PATIENCE_MS, remainingMs() - RESERVE_MS);
  const left = () => Math.max(0, end - performance.now());
  const patience = new AbortController();
  await Promise.race([driven, sleep(left(), undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  for (;;) {
    const last = (await store.get(first.id)) ?? first;
    if (isOver(last) || left() === 0) return last;
    await sleep(Math.min(LOOK_MS, left()));
  }
}
