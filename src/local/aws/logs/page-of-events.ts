import type { GroupRecord } from './archive.ts';
import { type ScanRange, scan } from './scan.ts';
import type { StoredEvent, StreamFile } from './stream-file.ts';

/** A page holds 10,000 events or 1 MB, whichever comes first; both API texts say so. */
export const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const OVERHEAD = 26;
/** Bytes of log read for one page: a filter that hits little gives short or empty pages with a token, as AWS does. */
const MOST_SCANNED = 16 * 1024 * 1024;
const DAY = 24 * 60 * 60 * 1000;

export interface EventPage {
  /** In the order of the scan. */
  events: StoredEvent[];
  /** The last event looked at, if there may be more behind it. */
  stoppedAt: StoredEvent | undefined;
}

export async function pageOfEvents(
  streams: StreamFile[],
  range: ScanRange,
  { limit, matches = () => true }: { limit: number; matches?: (message: string) => boolean },
): Promise<EventPage> {
  const events: StoredEvent[] = [];
  let bytes = 0;
  let scanned = 0;
  let last: StoredEvent | undefined;
  for await (const batch of scan(streams, range)) {
    for (const event of batch.events) {
      if (!matches(event.message)) {
        last = event;
        continue;
      }
      const size = Buffer.byteLength(event.message) + OVERHEAD;
      if (events.length >= limit || (events.length > 0 && bytes + size > MOST_BYTES))
        return { events, stoppedAt: last };
      events.push(event);
      bytes += size;
      last = event;
    }
    scanned += batch.bytes;
    if (scanned >= MOST_SCANNED && last) return { events, stoppedAt: last };
  }
  return { events, stoppedAt: undefined };
}

/** Events older than the group's retention are gone, though their bytes may still be on the disk. */
export function retainedFrom({ retentionInDays }: Pick<GroupRecord, 'retentionInDays'>, now: number): number {
  return retentionInDays === undefined ? 0 : now - retentionInDays * DAY;
}
