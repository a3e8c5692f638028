import { hashOf } from '../sdk/hash.ts';
import { covers, intersection } from './patterns.ts';

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

/** A stream, and the subjects that it holds. */
export interface Held {
  stream: string;
  subjects: string[];
}

/** Where events of these patterns are, as far as they are in a stream. @param since as in a route */
export function routesOf(id: string, patterns: string[], held: Held[], since: number): Route[] {
  return held.flatMap(({ stream, subjects }) =>
    patterns.flatMap((pattern) => {
      const whole = subjects.every((subject) => covers(pattern, subject));
      const filters = whole ? [pattern] : subjects.flatMap((subject) => intersection(pattern, subject) ?? []);
      return filters.map((filter) => ({
        ...{ stream, filter, whole },
        durable: durableName(id, filter),
        since,
      }));
    }),
  );
}

/** One name for each filter, so that a changed subscription gets other consumers. */
export function durableName(id: string, filter: string): string {
  return `sub-${id}-${hashOf(filter).slice(0, 8)}`;
}
