import { createHash } from 'node:crypto';
import type { Bucket, Listing } from '../sdk/kv.ts';

/** A durable consumer of one stream, with one filter: servers before 2.10 have no more. */
export interface Route {
  stream: string;
  filter: string;
  /** The filter covers the stream as a whole, and the consumer has none. */
  whole: boolean;
  durable: string;
  /** Milliseconds since the epoch: events from then on. */
  since: number;
}

export interface Subscription {
  id: string;
  subscriberId: string;
  callback: string;
  /** Metadata that an event must have. */
  filters: Record<string, string>;
  routes: Route[];
}

/** All subscriptions, in the bucket that the tasks share. */
export interface Registry {
  all(): Promise<Subscription[]>;
  get(id: string): Promise<Subscription | undefined>;
  /**
   * A route that the subscription has already keeps its time, so that a subscriber that starts again misses nothing.
   * @returns what is there now, and the routes that are no more
   */
  put(subscription: Subscription): Promise<{ now: Subscription; dropped: Route[] }>;
  /** @returns what was there */
  remove(id: string): Promise<Subscription | undefined>;
}

const PREFIX = 'sub.';

export function registry(bucket: Bucket): Registry {
  let seen: Listing<Subscription> = { revision: Number.NaN, values: new Map() };
  return {
    all: async () => {
      seen = (await bucket.listSince<Subscription>(PREFIX, seen.revision)) ?? seen;
      return [...seen.values.values()];
    },
    get: (id) => bucket.get<Subscription>(`${PREFIX}${id}`),
    put: async (wanted) => {
      let now = wanted;
      let dropped: Route[] = [];
      await bucket.update<Subscription>(`${PREFIX}${wanted.id}`, (before) => {
        const old = before?.routes ?? [];
        const same = (route: Route) => old.find(({ durable }) => durable === route.durable);
        now = { ...wanted, routes: wanted.routes.map((route) => same(route) ?? route) };
        dropped = old.filter(({ durable }) => !wanted.routes.some((route) => route.durable === durable));
        return now;
      });
      return { now, dropped };
    },
    remove: async (id) => {
      let removed: Subscription | undefined;
      await bucket.update<Subscription>(`${PREFIX}${id}`, (before) => {
        removed = before;
        return before && null;
      });
      return removed;
    },
  };
}

/** The same subscriber and callback are the same subscription. */
export function subscriptionId(subscriberId: string, callback: string): string {
  return createHash('sha256').update(`${subscriberId}\0${callback}`).digest('hex').slice(0, 24);
}

/** One name for each filter, so that a changed subscription gets other consumers. */
export function durableName(id: string, filter: string): string {
  return `sub-${id}-${createHash('sha256').update(filter).digest('hex').slice(0, 8)}`;
}
