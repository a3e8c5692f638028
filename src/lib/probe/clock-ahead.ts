import type { MicroStats } from '../nats/micro.ts';

/** When somebody was asked, and when the answer was there; milliseconds since the epoch. */
export interface Asking {
  from: number;
  to: number;
}

/**
 * By how much an instance's clock is ahead of ours, or behind if it is negative, for certain: it told its time at some
 * moment while it was asked.
 * @returns milliseconds; undefined of an instance that does not tell its time
 */
export function clockAhead({ endpoints = [] }: MicroStats, { from, to }: Asking): number | undefined {
  const told = endpoints.map(({ data }) => Date.parse(data?.now ?? '')).find((time) => !Number.isNaN(time));
  if (told === undefined) return undefined;
  return told > to ? told - to : Math.min(0, told - from);
}
