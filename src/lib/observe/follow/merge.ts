import type { LiveEvent } from '../../aws/live-tail.ts';
import type { LogEvent } from '../../aws/logs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { inOrder } from '../in-order.ts';
import { isOfOne } from '../read-logs.ts';
import { createReorder } from './reorder.ts';
import { createSeen } from './seen.ts';

/** Makes one stream of what comes live and what is found, each event once, in order. */
export interface Merge {
  live(events: LiveEvent[]): void;
  found(events: LogEvent[]): void;
  /** These have been shown already. */
  remember(events: LogEvent[]): void;
  /** What is to be shown now. */
  due(): LogEvent[];
}

/** Milliseconds that an event waits for earlier ones from elsewhere. */
const HOLD = 150;

/**
 * @param services whose streams are followed; other streams of their groups are left out
 * @param now milliseconds
 */
export function createMerge(services: Service[], now: () => number): Merge {
  const seen = createSeen(now);
  const waiting = createReorder(HOLD, inOrder, now);
  const add = (events: LogEvent[]) => waiting.add(events.filter((event) => isOfOne(services, event)));
  return {
    live: (events) =>
      add(
        events.flatMap((event) => {
          const id = seen.live(event);
          return id === undefined ? [] : [{ ...event, id }];
        }),
      ),
    found: (events) => add(events.filter((event) => seen.found(event))),
    remember(events) {
      for (const event of events) seen.found(event);
    },
    due: waiting.due,
  };
}
