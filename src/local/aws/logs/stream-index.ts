import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** A stretch of the file: all that memory holds of the events in it. */
export interface Segment {
  offset: number;
  length: number;
  first: number;
  earliest: number;
  latest: number;
}

/** What memory holds of a stream's file. */
export interface Index {
  size: number;
  lines: number;
  segments: Segment[];
  first: number | undefined;
  last: number | undefined;
  ingested: number | undefined;
}

/** A line of the file: time, ingestion time, message. The first line is `{stream, created}`. */
export type Line = { t: number; i: number; m: string };

/** Bytes after which a segment is closed: what a reader reads at once. */
const SEGMENT_SIZE = 64 * 1024;
const CHUNK = 1024 * 1024;

/** Reads the file once. A last line without its end was being written when the platform died: it is cut off. */
export function buildIndex(file: string): Index {
  const index: Index = {
    size: 0,
    lines: 0,
    segments: [],
    first: undefined,
    last: undefined,
    ingested: undefined,
  };
  let header = true;
  for (const line of completeLines(file)) {
    const event = parseLine(line.toString());
    if (header) index.size += line.length + 1;
    else if (event) extend(index, line.length + 1, event.t, event.i);
    else skip(index, line.length + 1);
    header = false;
  }
  if (statSync(file).size > index.size) truncateSync(file, index.size);
  return index;
}

/** Takes an event at the end of the file into the index. */
export function extend(index: Index, length: number, timestamp: number, ingested: number): void {
  let segment = index.segments.at(-1);
  if (!segment || segment.length >= SEGMENT_SIZE) {
    segment = { offset: index.size, length: 0, first: index.lines, earliest: timestamp, latest: timestamp };
    index.segments.push(segment);
  }
  segment.length += length;
  segment.earliest = Math.min(segment.earliest, timestamp);
  segment.latest = Math.max(segment.latest, timestamp);
  index.size += length;
  index.lines++;
  index.first = Math.min(index.first ?? timestamp, timestamp);
  index.last = Math.max(index.last ?? timestamp, timestamp);
  index.ingested = ingested;
}

/** @returns undefined for what is not an event */
export function parseLine(line: string): Line | undefined {
  if (line === '') return undefined;
  try {
    const { t, i, m } = JSON.parse(line) as Partial<Line>;
    return typeof t === 'number' && typeof i === 'number' && typeof m === 'string' ? { t, i, m } : undefined;
  } catch {
    return undefined;
  }
}

/** A line that is damaged keeps its place, so that offsets and sequence numbers stay true. */
function skip(index: Index, length: number): void {
  const segment = index.segments.at(-1);
  if (segment) segment.length += length;
  if (segment) index.lines++;
  index.size += length;
}

function* completeLines(file: string): Generator<Buffer> {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      const data = Buffer.concat([rest, chunk.subarray(0, read)]);
      let start = 0;
      for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, start)) {
        yield data.subarray(start, end);
        start = end + 1;
      }
      rest = data.subarray(start);
    }
  } finally {
    closeSync(descriptor);
  }
}
