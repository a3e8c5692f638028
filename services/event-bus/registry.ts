import { hashOf } from '../sdk/hash.ts';
import type { Bucket, Listing } from '../sdk/kv.ts';
import { type Held, type Route, routesOf } from './routes.ts';

export interface Subscription {
  id: string;
  subscriberId: string;
  callback: string;
  /** As they were asked for; streams that come later may have events of them. */
  patterns: string[];
  /** When, in milliseconds since the epoch: of streams that come later, events from then on. */
  since: number;
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
  /**
   * Gives a subscription the routes that its patterns have now, if it is still there.
   * @returns the routes that are no more
   */
  reroute(id: string, held: Held[]): Promise<Route[]>;
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
        now = {
          ...wanted,
          since: before && isSame(before.patterns, wanted.patterns) ? before.since : wanted.since,
          routes: wanted.routes.map((route) => sameOf(old, route) ?? route),
        };
        dropped = old.filter((route) => !sameOf(wanted.routes, route));
        return now;
      });
      return { now, dropped };
    },
    reroute: async (id, held) => {
      let dropped: Route[] = [];
      await bucket.update<Subscription>(`${PREFIX}${id}`, (before) => {
        dropped = [];
        if (before === undefined) return undefined;
        const routes = routesOf(id, before.patterns, held, before.since);
        dropped = before.routes.filter((route) => !sameOf(routes, route));
        const same = dropped.length === 0 && routes.length === before.routes.length;
        return same
          ? undefined
          : { ...before, routes: routes.map((route) => sameOf(before.routes, route) ?? route) };
      });
      return dropped;
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

function isSame(patterns: string[], others: string[]): boolean {
  return patterns.join() === others.join();
}

/** A durable belongs to one stream and one filter. */
function sameOf(routes: Route[], { stream, durable }: Route): Route | undefined {
  return routes.find((route) => route.stream === stream && route.durable === durable);
}

/** The same subscriber and callback are the same subscription. */
export function subscriptionId(subscriberId: string, callback: string): string {
  return hashOf(subscriberId, callback);
}
