import type { Position, StoredEvent, StreamFile } from './stream-file.ts';

export interface ScanRange {
  /** Both included. */
  from: number;
  to: number;
  /** Only what comes after it, in the direction of the scan. */
  after?: Position | undefined;
  backward?: boolean;
}

export interface Batch {
  events: StoredEvent[];
  /** Of the file that was read for it. */
  bytes: number;
}

/**
 * Yields the events of several streams in one order: time, then stream, then place in the stream; backwards the
 * other way round. Reads a segment at a time and only as far as the consumer goes, so a page costs what is in it.
 */
export async function* scan(
  streams: StreamFile[],
  { from, to, after, backward = false }: ScanRange,
): AsyncGenerator<Batch> {
  const sign = backward ? -1 : 1;
  const order = (a: Position, b: Position) => sign * comparePositions(a, b);
  const low = after && !backward ? Math.max(from, after.timestamp) : from;
  const high = after && backward ? Math.min(to, after.timestamp) : to;

  const work = streams
    .flatMap((stream) => stream.segments().map((segment) => ({ stream, segment })))
    .filter(({ segment }) => segment.latest >= low && segment.earliest <= high)
    .map((it) => ({ ...it, edge: backward ? it.segment.latest : it.segment.earliest }))
    .sort((a, b) => sign * (a.edge - b.edge));

  let waiting: StoredEvent[] = [];
  for (const [i, { stream, segment }] of work.entries()) {
    const read = await readOrNothing(stream, segment);
    const wanted = read.filter(
      (event) => event.timestamp >= low && event.timestamp <= high && (!after || order(event, after) > 0),
    );
    waiting = [...waiting, ...wanted].sort(order);
    // What lies before the next segment's edge cannot be overtaken any more.
    const next = work[i + 1]?.edge;
    const ready =
      next === undefined ? waiting.length : countBefore(waiting, (it) => sign * (it.timestamp - next) < 0);
    yield { events: waiting.slice(0, ready), bytes: segment.length };
    waiting = waiting.slice(ready);
  }
}

export function comparePositions(a: Position, b: Position): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1;
  return a.sequence - b.sequence;
}

function countBefore<T>(items: T[], is: (item: T) => boolean): number {
  const end = items.findIndex((item) => !is(item));
  return end === -1 ? items.length : end;
}

/** A stream that was deleted under the reader has no events. */
async function readOrNothing(stream: StreamFile, segment: Parameters<StreamFile['read']>[0]) {
  try {
    return await stream.read(segment);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
