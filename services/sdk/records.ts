import type { JsonValue } from '@bufbuild/protobuf';
import { Code, ServiceError } from './errors.ts';
import type { Bucket, Listing } from './kv.ts';

/** Which request this is: two with one id are one request, wherever and whenever they arrive. */
export interface RequestKey {
  id: string;
  /** Of what it asks: an id that comes back with another one is a caller's mistake. */
  fingerprint: string;
}

/**
 * A bucket of JSON values that remember which requests made them what they are. `update` is for changes that no request
 * makes, or that a repetition finds made.
 */
export interface Records extends Bucket {
  /**
   * Changes a record once for each key, from whatever task: the key and its result are written with the change, in one
   * compare-and-set. A request that comes again gets the first result; the change is not asked again.
   * @param key without one, every request is a new one
   * @param change is pure: it may be asked several times. What it throws leaves everything as it was, also the key.
   * @throws ServiceError CONFLICT for a key of another request, ABORTED when others always were faster
   */
  change<T, R extends JsonValue>(
    record: string,
    key: RequestKey | undefined,
    change: (current: T | undefined) => Change<T, R>,
  ): Promise<R>;
}

export interface Change<T, R> {
  /** Undefined leaves the value as it is, null removes it. */
  next?: T | null | undefined;
  result: R;
}

/** What lies in the bucket. */
interface Kept<T> {
  value?: T;
  done?: Done[];
}

interface Done {
  id: string;
  fingerprint: string;
  /** Milliseconds since the epoch. */
  at: number;
  result: JsonValue;
}

/** How long a request may come again, milliseconds, and how many others of its record may have come meanwhile. */
export const REMEMBERED_MS = 24 * 3_600_000;
const MOST_REMEMBERED = 100;

export function records(bucket: Bucket, now: () => number = () => Date.now()): Records {
  return {
    name: bucket.name,
    get: async <T>(record: string) => (await bucket.get<Kept<T>>(record))?.value,
    update: <T>(record: string, change: (current: T | undefined) => T | null | undefined) =>
      bucket.update<Kept<T>>(record, (kept = {}) => keep(kept, change(kept.value), undefined)),
    list: async <T>(prefix: string) => valuesOf(await bucket.list<Kept<T>>(prefix)),
    listSince: async <T>(prefix: string, revision: number) => {
      const listing = await bucket.listSince<Kept<T>>(prefix, revision);
      return listing && valuesOf(listing);
    },
    change: async <T, R extends JsonValue>(
      record: string,
      key: RequestKey | undefined,
      change: (current: T | undefined) => Change<T, R>,
    ) => {
      let outcome: JsonValue | undefined;
      await bucket.update<Kept<T>>(record, (kept = {}) => {
        const before = key && firstOf(kept.done ?? [], key);
        if (before) {
          outcome = before.result;
          return undefined;
        }
        const { next, result } = change(kept.value);
        outcome = result;
        return keep(kept, next, key && { ...key, at: now(), result });
      });
      return outcome as R;
    },
  };
}

/** Nothing is left of it but the requests that removed it. */
export function isMemoryAlone(stored: unknown): boolean {
  return typeof stored === 'object' && stored !== null && 'done' in stored && !('value' in stored);
}

function valuesOf<T>({ revision, values }: Listing<Kept<T>>): Listing<T> {
  const there = [...values].flatMap(([key, { value }]): [string, T][] =>
    value === undefined ? [] : [[key, value]],
  );
  return { revision, values: new Map(there) };
}

/** @throws ServiceError CONFLICT */
export function firstOf<D extends RequestKey>(done: D[], { id, fingerprint }: RequestKey): D | undefined {
  const first = done.find((one) => one.id === id);
  if (first === undefined || first.fingerprint === fingerprint) return first;
  throw new ServiceError(Code.CONFLICT, 'The idempotency key is that of another request.');
}

/** @returns undefined where nothing is to be written, null where nothing is left */
function keep<T>(
  { value, done = [] }: Kept<T>,
  next: T | null | undefined,
  added: Done | undefined,
): Kept<T> | null | undefined {
  if (next === undefined && added === undefined) return undefined;
  const left = next === undefined ? value : next;
  const young = added
    ? [...done.filter(({ at }) => at > added.at - REMEMBERED_MS), added].slice(-MOST_REMEMBERED)
    : done;
  if (left === undefined || left === null) return young.length === 0 ? null : { done: young };
  return { value: left, ...(young.length > 0 && { done: young }) };
}
