import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, type JetStreamClient, type KV, type NatsConnection, NatsError, nanos } from 'nats';
import { NotConnected } from './call-errors.ts';
import { writeAfter } from './conditional-write.ts';
import type { Link } from './connect.ts';
import type { Definition } from './definition.ts';
import { Code, ServiceError } from './errors.ts';
import { history, isRemoved } from './history.ts';
import { StateAway, STATE_TIMEOUT_MS as TIMEOUT_MS } from './state-away.ts';

/** A JetStream KV bucket of JSON values, shared by all tasks of a service. */
export interface Bucket {
  name: string;
  /** @throws ServiceError UNAVAILABLE when JetStream does not answer */
  get<T>(key: string): Promise<T | undefined>;
  /**
   * Reads, changes and writes, unless somebody else wrote in between: then it starts over.
   * @param change is pure: it may be asked several times. What it returns undefined for is left alone, null deletes.
   * What it throws ends the update.
   * @throws ServiceError ABORTED when others always were faster
   */
  update<T>(key: string, change: (current: T | undefined) => T | null | undefined): Promise<void>;
  /** Every value whose key begins with the prefix, `world.`, and a revision that moves with each write to the bucket. */
  list<T>(prefix: string): Promise<Listing<T>>;
  /** As `list`, or undefined while nothing was written since the revision. */
  listSince<T>(prefix: string, revision: number): Promise<Listing<T> | undefined>;
}

export interface Listing<T> {
  revision: number;
  values: Map<string, T>;
}

/** A majority of three survives the loss of one node. */
const REPLICAS = 3;
const ATTEMPTS = 10;
const MAX_BACKOFF_MS = 50;
const OPEN_RETRY_MS = 100;

/**
 * A bucket of the service's own: of several that service.yaml declares, by its name.
 * @throws Error when service.yaml declares no such bucket
 */
export function bucketOf(
  { link, definition }: { link: Link; definition: Definition },
  name = definition.state?.kv?.[0],
): Bucket {
  if (name !== undefined && definition.state?.kv?.includes(name))
    return bucket(link, name, expiryOf(definition, name));
  throw new Error(`services/${definition.name}/service.yaml declares no state.kv ${name ?? ''}`.trim());
}

/** Milliseconds; undefined: never. */
function expiryOf({ state }: Definition, name: string): number | undefined {
  const seconds = state?.expire?.[name];
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The bucket is opened, and made where there is none, at the first use after each failure to. */
function bucket(link: Link, name: string, expireMs: number | undefined): Bucket {
  let opened: Promise<OpenBucket> | undefined;
  const open = () => {
    const nc = link.connection();
    if (!nc || !link.isConnected()) throw new NotConnected();
    opened ??= openBucket(nc, name, expireMs);
    return opened;
  };

  const read = async (key: string) => {
    const entry = await (await open()).kv.get(key);
    return entry?.operation === 'PUT' ? entry : { revision: entry?.revision ?? 0, json: undefined };
  };

  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NatsError)) throw error;
      // The stream may be gone, so the next use looks for it.
      opened = undefined;
      if (error.code === ErrorCode.MaxPayloadExceeded)
        throw new ServiceError(Code.RESOURCE_EXHAUSTED, `The value is larger than ${name} can hold.`);
      throw new StateAway(name, `The state in ${name} cannot be reached.`, error);
    }
  };

  const listSince = <T>(prefix: string, revision: number) =>
    translated(async () => {
      const { jetstream } = await open();
      const manager = await jetstream.jetstreamManager(false);
      const stream = `KV_${name}`;
      const { state } = await manager.streams.info(stream);
      if (state.last_seq === revision) return undefined;
      const subjects = `$KV.${name}.`;
      const found = await history(manager, stream, state, `${subjects}${prefix}>`);
      const present = found.entries.filter((entry) => !isRemoved(entry));
      const values = new Map(present.map((entry) => [entry.subject.slice(subjects.length), entry.json<T>()]));
      return { revision: found.revision, values };
    });

  return {
    name,
    get: (key) =>
      translated(async () => {
        const entry = await read(key);
        return entry.json?.();
      }),
    list: async <T>(prefix: string) =>
      (await listSince<T>(prefix, Number.NaN)) ?? { revision: 0, values: new Map() },
    listSince,
    update: <T>(key: string, change: (current: T | undefined) => T | null | undefined) =>
      translated(async () => {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          if (attempt > 0) await sleep(Math.random() * MAX_BACKOFF_MS);
          const entry = await read(key);
          const next = change(entry.json?.<T>());
          if (next === undefined) return;
          const { jetstream } = await open();
          if (await writeAfter(jetstream, `$KV.${name}.${key}`, next, entry.revision)) return;
        }
        throw new ServiceError(Code.ABORTED, 'Too many writers at the same time; ask again.');
      }),
  };
}

/**
 * Makes the service's buckets where there are none and waits until they answer: a task that is ready can reach its
 * state. A new stream has no leader for a second or two.
 */
export async function waitForBuckets(
  nc: NatsConnection,
  definition: Definition,
  signal: AbortSignal,
): Promise<void> {
  const names = definition.state?.kv ?? [];
  await Promise.all(names.map((name) => waitForBucket(nc, name, expiryOf(definition, name), signal)));
}

async function waitForBucket(
  nc: NatsConnection,
  name: string,
  expireMs: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { kv, jetstream } = await openBucket(nc, name, expireMs);
      await expireAfter(jetstream, name, expireMs);
      await kv.get('gsys-ready');
      return;
    } catch (error) {
      if (!(error instanceof NatsError)) throw error;
      await sleep(OPEN_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** A bucket that is there keeps how it was made, whatever service.yaml says of it since. */
async function expireAfter(
  jetstream: JetStreamClient,
  name: string,
  expireMs: number | undefined,
): Promise<void> {
  const { streams } = await jetstream.jetstreamManager(false);
  const { config } = await streams.info(`KV_${name}`);
  const maxAge = nanos(expireMs ?? 0);
  if (config.max_age !== maxAge) await streams.update(`KV_${name}`, { ...config, max_age: maxAge });
}

/**
 * KV names are narrower than ours: letters, digits, `_` and `-` stay as they are, so that a person finds the key;
 * every other byte becomes `=` and two hexadecimal digits. No two ids have the same key.
 */
export function safeKey(id: string): string {
  return Array.from(Buffer.from(id, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(char) ? char : `=${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

interface OpenBucket {
  kv: KV;
  jetstream: JetStreamClient;
}

async function openBucket(
  nc: NatsConnection,
  name: string,
  expireMs: number | undefined,
): Promise<OpenBucket> {
  // A server outside of a cluster refuses replicas. One inside never gets fewer, however few nodes are up.
  const replicas = nc.info?.cluster ? REPLICAS : 1;
  const jetstream = nc.jetstream({ timeout: TIMEOUT_MS, checkAPI: false });
  // Reads go to the leader: another replica may not have heard of the write that a caller just made.
  const options = { replicas, allow_direct: false, ...(expireMs !== undefined && { ttl: expireMs }) };
  return { kv: await jetstream.views.kv(name, options), jetstream };
}
