import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../lib/errors.ts';

/**
 * Plain data that outlives its process: one JSON file per collection, always replaced as a whole (written
 * beside it, synced, renamed), so that a crash at any moment leaves the old file or the new one.
 */
export interface Store {
  /** @throws GsysError FILE_SYSTEM when the file is there but cannot be understood */
  collection<T>(name: string): Collection<T>;
  /** Resolves when every change so far is on disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A map on disk. Values are replaced, not changed in place; after a change in place, call `set` again. */
export interface Collection<T> {
  get(key: string): T | undefined;
  has(key: string): boolean;
  keys(): string[];
  values(): T[];
  /** In memory at once and on disk when it resolves; undone when the disk refuses. Bursts share one write. */
  put(key: string, value: T): Promise<void>;
  remove(key: string): Promise<void>;
  /** In memory at once, on disk soon: a write that fails is reported to the store and tried again. */
  set(key: string, value: T): void;
  delete(key: string): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Told of every background write that failed. */
  onError(error: unknown): void;
  /** Milliseconds between a change and its write, and between a failed write and the next try. */
  writeDelay?: number;
  retryDelay?: number;
}

/** What is large is written less often: a tenth of the time goes into it at most. */
const BREATHING = 10;

export function openStore(folder: string, options: StoreOptions): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const collections = new Map<string, Collection<unknown>>();
  const each = async (act: (collection: Collection<unknown>) => Promise<void>) => {
    await Promise.all([...collections.values()].map(act));
  };
  return {
    collection<T>(name: string): Collection<T> {
      const known = collections.get(name) ?? openCollection(path.join(folder, `${name}.json`), options);
      collections.set(name, known);
      return known as Collection<T>;
    },
    flush: () => each((collection) => collection.flush()),
    close: () => each((collection) => collection.close()),
  };
}

function openCollection(
  file: string,
  { onError, writeDelay = 50, retryDelay = 1000 }: StoreOptions,
): Collection<unknown> {
  const items = load(file);
  /** Changes that only the background write will save. */
  let unsaved = false;
  let timer: NodeJS.Timeout | undefined;
  /** A write that has not taken its picture of the items yet: later changes join it. */
  let queued: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  /** Milliseconds that the last write kept everybody else waiting. */
  let cost = 0;

  function save(): Promise<void> {
    if (queued) return queued;
    const write = async () => {
      // A turn of the event loop lets the failed write before this one undo its changes, and a burst join.
      await new Promise((resolve) => setImmediate(resolve));
      queued = undefined;
      const pending = unsaved;
      unsaved = false;
      try {
        const began = performance.now();
        const text = JSON.stringify(Object.fromEntries(items));
        cost = performance.now() - began;
        await replaceFile(file, text);
      } catch (error) {
        unsaved ||= pending;
        throw error;
      }
    };
    queued = last.then(write, write);
    last = queued;
    return queued;
  }

  function saveSoon(delay: number): void {
    unsaved = true;
    timer ??= setTimeout(
      () => {
        timer = undefined;
        save().catch((error) => {
          onError(error);
          if (unsaved) saveSoon(retryDelay);
        });
      },
      Math.max(delay, cost * BREATHING),
    ).unref();
  }

  async function change(key: string, value: unknown): Promise<void> {
    const before = items.get(key);
    assign(items, key, value);
    try {
      await save();
    } catch (error) {
      if (items.get(key) === value) assign(items, key, before);
      throw error;
    }
  }

  async function flush(): Promise<void> {
    if (unsaved) await save();
    else await last;
  }

  return {
    get: (key) => items.get(key),
    has: (key) => items.has(key),
    keys: () => [...items.keys()],
    values: () => [...items.values()],
    put: change,
    remove: (key) => change(key, undefined),
    set(key, value) {
      items.set(key, value);
      saveSoon(writeDelay);
    },
    delete(key) {
      if (items.delete(key)) saveSoon(writeDelay);
    },
    flush,
    async close() {
      clearTimeout(timer);
      await flush();
    },
  };
}

function assign(items: Map<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) items.delete(key);
  else items.set(key, value);
}

function load(file: string): Map<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new GsysError('FILE_SYSTEM', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw new Error('not a JSON object');
    return new Map(Object.entries(value));
  } catch (error) {
    throw new GsysError('FILE_SYSTEM', `${file} is damaged: ${messageOf(error)}`, {
      next: 'gsys local down --wipe',
      cause: error,
    });
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
