import { Code, ServiceError } from '../sdk/errors.ts';
import { hashOf } from '../sdk/hash.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import type { Filter } from './matches.ts';

export interface Subscription extends Filter {
  id: string;
  callback: string;
  /** Milliseconds since the epoch; who wants more subscribes again. */
  until: number;
}

export interface Subscriptions {
  /** @returns its id */
  put(world: string, callback: string, filter: Filter): Promise<string>;
  of(world: string): Promise<Subscription[]>;
}

/** The contract has no word for ending a subscription, so one that nobody renews ends by itself; milliseconds. */
const HOLDS_MS = 24 * 3_600_000;
/** Each is looked at for each entity that changes. */
const MOST_OF_A_WORLD = 100;

export function subscriptions(bucket: Bucket, now: () => number = () => Date.now()): Subscriptions {
  const living = (all: Subscription[]) => all.filter(({ until }) => until > now());
  return {
    put: async (world, callback, filter) => {
      // The same callback is the same subscription of a world.
      const id = hashOf(world, callback);
      await bucket.update<Subscription[]>(safeKey(world), (current = []) => {
        const others = living(current).filter((one) => one.id !== id);
        if (others.length >= MOST_OF_A_WORLD)
          throw new ServiceError(
            Code.RESOURCE_EXHAUSTED,
            `The world has ${MOST_OF_A_WORLD} subscriptions; the first ends ${firstEnd(others)}.`,
          );
        return [...others, { id, callback, ...filter, until: now() + HOLDS_MS }];
      });
      return id;
    },
    of: async (world) => living((await bucket.get<Subscription[]>(safeKey(world))) ?? []),
  };
}

function firstEnd(all: Subscription[]): string {
  return new Date(Math.min(...all.map(({ until }) => until))).toISOString();
}
