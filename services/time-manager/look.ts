import type { Bucket, Listing } from '../sdk/kv.ts';
import type { Clock } from './clock.ts';
import type { Schedule } from './schedule.ts';
import { CLOCKS, SCHEDULES } from './worlds.ts';

/** A clock with the world that it is of. */
export type WorldClock = Clock & { world: string };

export interface Seen {
  clocks: WorldClock[];
  schedules: Schedule[];
}

/** Looks at everything that is there; reads it again only when something was written. */
export function looker(bucket: Bucket): () => Promise<Seen> {
  let listing: Listing<unknown> = { revision: Number.NaN, values: new Map() };
  const under = (prefix: string) =>
    [...listing.values].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
  return async () => {
    listing = (await bucket.listSince<unknown>('', listing.revision)) ?? listing;
    return { clocks: under(CLOCKS) as WorldClock[], schedules: under(SCHEDULES) as Schedule[] };
  };
}
