import type { Logger } from '../sdk/log.ts';
import { Lost, type Store } from './store.ts';

/** Looks after one execution while this task is at it. */
export interface Watch {
  /** Aborted when another task has taken over, or this one has to leave. */
  lost: AbortSignal;
  /** Aborted when somebody wants the execution to end. */
  cancelled: AbortSignal;
  stop(): void;
}

/** Of a lease's time: how often it is looked whether somebody wants an end, and how many looks are one renewal. */
const LOOKS = 10;
const LOOKS_PER_RENEWAL = 3;

export interface WatchOptions {
  store: Store;
  self: string;
  leaseMs: number;
  /** Aborted when the task has to leave. */
  gone: AbortSignal;
  log: Logger;
  now: () => number;
}

export function watch(id: string, { store, self, leaseMs, gone, log, now }: WatchOptions): Watch {
  const [lost, cancelled] = [new AbortController(), new AbortController()];
  let looks = 0;
  const look = async () => {
    looks++;
    if (looks % LOOKS_PER_RENEWAL === 0 && !(await store.take(id, self, now())))
      lost.abort(new Lost('The lease is another task’s.'));
    if ((await store.get(id))?.cancelled !== undefined) cancelled.abort(new Error('It was cancelled.'));
  };
  const timer = setInterval(() => {
    look().catch((error) => log.warn({ err: error, execution: id }, 'a lease was not renewed'));
  }, leaseMs / LOOKS);
  return {
    lost: AbortSignal.any([lost.signal, gone]),
    cancelled: cancelled.signal,
    stop: () => clearInterval(timer),
  };
}
