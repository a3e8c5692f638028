import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

export interface LogEvent {
  /** Milliseconds since the epoch, as all times here. */
  timestamp: number;
  message: string;
}

/** Where an event stands in the order of all events of a group. */
export interface Position {
  timestamp: number;
  /** The stream's id. */
  stream: string;
  /** Counted from 0 in its stream. */
  sequence: number;
}

export interface StoredEvent extends LogEvent, Position {
  ingested: number;
}

/** A stretch of the file: all that memory holds of the events in it. */
export interface Segment {
  offset: number;
  length: number;
  first: number;
  earliest: number;
  latest: number;
}

/** One log stream: a JSONL file that only grows. */
export interface StreamFile {
  /** Stable, and safe in file names and tokens. */
  id: string;
  name: string;
  createdAt: number;
  summary(): { first: number | undefined; last: number | undefined; ingested: number | undefined };
  segments(): Segment[];
  /** All or nothing; throws what the disk throws. @param durable whether to return only once it is on the disk */
  append(events: LogEvent[], ingested: number, durable: boolean): void;
  read(segment: Segment): Promise<StoredEvent[]>;
  remove(): void;
}

/** Bytes after which a segment is closed: what a reader reads at once. */
const SEGMENT_SIZE = 64 * 1024;
const CHUNK = 1024 * 1024;

/** A line of the file: time, ingestion time, message. The first line is `{stream, created}`. */
type Line = { t: number; i: number; m: string };

export function streamId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

export function createStreamFile(folder: string, name: string, createdAt: number): StreamFile {
  const file = path.join(folder, `${streamId(name)}.jsonl`);
  writeWhole(file, 0, `${JSON.stringify({ stream: name, created: createdAt })}\n`, true);
  return streamFile(file, name, createdAt);
}

/** @returns undefined for a file whose first line was never finished: no event can be in it */
export function openStreamFile(file: string): StreamFile | undefined {
  const header = firstLine(file);
  if (header === undefined) return undefined;
  const { stream, created } = JSON.parse(header) as { stream: string; created: number };
  return streamFile(file, stream, created);
}

function streamFile(file: string, name: string, createdAt: number): StreamFile {
  const id = streamId(name);
  /** Built at the first use, so that opening a platform with many old streams costs nothing. */
  let index: Index | undefined;
  const indexed = () => {
    index ??= buildIndex(file);
    return index;
  };
  return {
    id,
    name,
    createdAt,
    summary() {
      const { first, last, ingested } = indexed();
      return { first, last, ingested };
    },
    segments: () => indexed().segments.map((segment) => ({ ...segment })),
    append(events, ingested, durable) {
      const known = indexed();
      const lines = events.map(({ timestamp, message }) =>
        Buffer.from(`${JSON.stringify({ t: timestamp, i: ingested, m: message } satisfies Line)}\n`),
      );
      writeWhole(file, known.size, Buffer.concat(lines), durable);
      for (const [i, line] of lines.entries())
        extend(known, line.length, events[i]?.timestamp ?? ingested, ingested);
    },
    async read(segment) {
      const lines = (await readRange(file, segment.offset, segment.length)).split('\n');
      return lines.flatMap((line, i) => {
        const event = parseLine(line);
        return event
          ? [
              {
                timestamp: event.t,
                ingested: event.i,
                message: event.m,
                stream: id,
                sequence: segment.first + i,
              },
            ]
          : [];
      });
    },
    remove: () => rmSync(file, { force: true }),
  };
}

interface Index {
  size: number;
  lines: number;
  segments: Segment[];
  first: number | undefined;
  last: number | undefined;
  ingested: number | undefined;
}

function extend(index: Index, length: number, timestamp: number, ingested: number): void {
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

/** Reads the file once. A last line without its end was being written when the platform died: it is cut off. */
function buildIndex(file: string): Index {
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

function parseLine(line: string): Line | undefined {
  if (line === '') return undefined;
  try {
    const { t, i, m } = JSON.parse(line) as Partial<Line>;
    return typeof t === 'number' && typeof i === 'number' && typeof m === 'string' ? { t, i, m } : undefined;
  } catch {
    return undefined;
  }
}

/** Writes at the end; a disk that takes only a part gets the file cut back to where it was. */
function writeWhole(file: string, size: number, data: string | Buffer, durable: boolean): void {
  try {
    const descriptor = openSync(file, 'a', 0o600);
    try {
      appendFileSync(descriptor, data);
      if (durable) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    try {
      truncateSync(file, size);
    } catch {
      // The first error says what is wrong; a part line left behind is cut off at the next start.
    }
    throw error;
  }
}

async function readRange(file: string, offset: number, length: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await handle.close();
  }
}

function firstLine(file: string): string | undefined {
  const descriptor = openSync(file, 'r');
  try {
    // A name has at most 512 characters: the line fits.
    const start = Buffer.alloc(4096);
    const text = start.subarray(0, readSync(descriptor, start)).toString();
    const end = text.indexOf('\n');
    return end === -1 ? undefined : text.slice(0, end);
  } finally {
    closeSync(descriptor);
  }
}
