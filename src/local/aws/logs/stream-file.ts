import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, readSync, rmSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { GsysError } from '../../../lib/errors.ts';
import { buildIndex, extend, type Index, type Line, parseLine, type Segment } from './stream-index.ts';

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

/** Bytes; a name has at most 512 characters, so the first line fits. */
const LONGEST_HEADER = 4096;

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
  try {
    const { stream, created } = JSON.parse(header) as { stream: string; created: number };
    return streamFile(file, stream, created);
  } catch (error) {
    throw new GsysError('FILE_SYSTEM', `${file} is damaged: its first line does not name a log stream`, {
      next: 'gsys local down --wipe',
      cause: error,
    });
  }
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
    const start = Buffer.alloc(LONGEST_HEADER);
    const read = readSync(descriptor, start);
    const end = start.indexOf('\n');
    if (end !== -1) return start.subarray(0, end).toString();
    return read < LONGEST_HEADER ? undefined : start.toString();
  } finally {
    closeSync(descriptor);
  }
}
