/** Puts what comes from several sources a little out of order back in order. */
export interface Reorder<T> {
  add(items: T[]): void;
  /** What has waited long enough, in order. */
  due(): T[];
}

/**
 * @param hold milliseconds that an item waits for earlier ones
 * @param order of items that are equal in it, who came first stays first
 * @param now milliseconds
 */
export function createReorder<T>(hold: number, order: (a: T, b: T) => number, now: () => number): Reorder<T> {
  let waiting: { item: T; since: number }[] = [];
  return {
    add(items) {
      const since = now();
      for (const item of items) waiting.push({ item, since });
    },
    due() {
      const before = now() - hold;
      const last = waiting
        .filter(({ since }) => since <= before)
        .reduce<T | undefined>(
          (max, { item }) => (max === undefined || order(item, max) > 0 ? item : max),
          undefined,
        );
      if (last === undefined) return [];
      const ready = waiting.filter(({ item }) => order(item, last) <= 0);
      waiting = waiting.filter(({ item }) => order(item, last) > 0);
      return ready.map(({ item }) => item).sort(order);
    },
  };
}
