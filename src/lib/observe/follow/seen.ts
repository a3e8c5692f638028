import { createHash } from 'node:crypto';
import type { LiveEvent } from '../../aws/live-tail.ts';
import type { LogEvent } from '../../aws/logs.ts';

/**
 * Tells new events from those that were shown, whichever way they come. FilterLogEvents gives ids, Live Tail does
 * not; what both give is stream, time and text, and equal ones are counted: the n-th one seen live and the n-th one
 * found are the same event.
 */
export interface Seen {
  /** @returns an id for an event that is new */
  live(event: LiveEvent): string | undefined;
  found(event: LogEvent): boolean;
}

interface Entry {
  ids: string[];
  live: number;
  shown: number;
}

/** Milliseconds that events are remembered at least; longer than any window that is read again. */
export const REMEMBERED = 90_000;

/** @param now milliseconds */
export function createSeen(now: () => number): Seen {
  let recent = new Map<string, Entry>();
  let older = new Map<string, Entry>();
  let turned = now();

  function entryOf(key: string): Entry {
    if (now() - turned > REMEMBERED) {
      older = recent;
      recent = new Map();
      turned = now();
    }
    const entry = recent.get(key) ?? older.get(key) ?? { ids: [], live: 0, shown: 0 };
    recent.set(key, entry);
    return entry;
  }

  return {
    live(event) {
      const key = keyOf(event);
      const entry = entryOf(key);
      if (++entry.live <= entry.shown) return undefined;
      entry.shown++;
      return `${key}-${entry.shown}`;
    },
    found(event) {
      const entry = entryOf(keyOf(event));
      if (entry.ids.includes(event.id)) return false;
      entry.ids.push(event.id);
      if (entry.ids.length <= entry.shown) return false;
      entry.shown++;
      return true;
    },
  };
}

function keyOf({ group, stream, timestamp, message }: LiveEvent): string {
  return createHash('sha1').update(`${group}\0${stream}\0${timestamp}\0${message}`).digest('base64url');
}
