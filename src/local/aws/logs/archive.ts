import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import type { Tags } from '../tags.ts';
import { createStreamFile, type LogEvent, openStreamFile, type StreamFile } from './stream-file.ts';

/** A log group as it is kept; its streams are the files of its folder. */
export interface GroupRecord {
  name: string;
  createdAt: number;
  retentionInDays?: number | undefined;
  tags: Tags;
}

/** Groups, streams and events, without the API around them. */
export interface Archive {
  groups(): GroupRecord[];
  group(name: string): GroupRecord | undefined;
  putGroup(record: GroupRecord): Promise<void>;
  removeGroup(name: string): Promise<void>;
  /** By name. Of a group that exists. */
  streams(group: string): Map<string, StreamFile>;
  createStream(group: string, name: string): StreamFile;
  removeStream(group: string, name: string): void;
  /** On the disk, of all streams of a group. */
  storedBytes(group: string): number;
  /** To a stream that exists; throws what the disk throws. @param durable whether to return only once it is on the disk */
  append(group: string, stream: StreamFile, events: LogEvent[], durable: boolean): void;
  /** Told of everything that is appended from now on. @returns what ends it */
  onAppend(listener: AppendListener): () => void;
}

export type AppendListener = (group: string, stream: string, events: LogEvent[], ingested: number) => void;

export function openArchive(context: AwsContext): Archive {
  const records = context.store.collection<GroupRecord>('log-groups');
  const open = new Map<string, Map<string, StreamFile>>();
  const listeners = new Set<AppendListener>();
  const folderOf = (group: string) => path.join(context.folder, 'logs', folderName(group));

  function streams(group: string): Map<string, StreamFile> {
    const known = open.get(group) ?? openStreams(folderOf(group));
    open.set(group, known);
    return known;
  }

  return {
    groups: () => records.values(),
    group: (name) => records.get(name),
    putGroup: (record) => records.put(record.name, record),
    async removeGroup(name) {
      await records.remove(name);
      open.delete(name);
      rmSync(folderOf(name), { recursive: true, force: true });
    },
    streams,
    createStream(group, name) {
      mkdirSync(folderOf(group), { recursive: true, mode: 0o700 });
      const stream = createStreamFile(folderOf(group), name, context.clock());
      streams(group).set(name, stream);
      return stream;
    },
    removeStream(group, name) {
      streams(group).get(name)?.remove();
      streams(group).delete(name);
    },
    storedBytes(group) {
      const folder = folderOf(group);
      return list(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
    },
    append(group, stream, events, durable) {
      const ingested = context.clock();
      stream.append(events, ingested, durable);
      for (const listener of listeners) listener(group, stream.name, events, ingested);
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The stream, or the error that every operation on it gives. */
export function streamOf(archive: Archive, group: string, name: string): StreamFile {
  groupOf(archive, group);
  const stream = archive.streams(group).get(name);
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}

export function groupOf(archive: Archive, name: string): GroupRecord {
  const group = archive.group(name);
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

/** Group names hold slashes and may be longer than a file name. */
function folderName(group: string): string {
  return createHash('sha256').update(group).digest('hex').slice(0, 16);
}

function openStreams(folder: string): Map<string, StreamFile> {
  const streams = new Map<string, StreamFile>();
  for (const name of list(folder)) {
    const file = path.join(folder, name);
    const stream = openStreamFile(file);
    if (stream) streams.set(stream.name, stream);
    else rmSync(file, { force: true });
  }
  return streams;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
