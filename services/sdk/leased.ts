import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@bufbuild/protobuf';
import { Code, ServiceError } from './errors.ts';
import { hashOf } from './hash.ts';
import type { Bucket } from './kv.ts';
import { firstOf, type RequestKey } from './records.ts';
import type { RequestContext } from './request-context.ts';

/** What lies in the bucket of a request that is under way, or done. */
interface Lease extends RequestKey {
  /** The attempt that has it. */
  by: string;
  /** Milliseconds since the epoch; until then nobody else begins. */
  until: number;
  result?: JsonValue;
}

export interface Leases {
  /**
   * Does work with several effects once for each key. While one task is at it, the same request is told ABORTED by all;
   * when that task has died, whoever gets the request after the lease's end does the work from its beginning: so each
   * effect wants a key of its own (`step` of `ask`, `Records.change`), and what is done already is found done.
   * What the work throws is not kept: the next request tries again. An outcome that shall stand is returned.
   * @param scope of the key: the endpoint's name
   * @throws ServiceError ABORTED, CONFLICT for a key of another request
   */
  run<R extends JsonValue>(
    scope: string,
    context: Pick<RequestContext, 'key' | 'meta' | 'log'>,
    work: (signal: AbortSignal) => Promise<R>,
  ): Promise<R>;
}

export interface LeaseOptions {
  /** How long a task that has died keeps others waiting, milliseconds. One that lives renews it. */
  leaseMs?: number;
  now?: () => number;
}

/** Longer than a pause of a busy process, shorter than a player waits. */
const LEASE_MS = 10_000;
const RENEWALS = 3;

/** @param bucket one whose keys expire (`state.expire` in service.yaml), else they are kept for ever */
export function leases(
  bucket: Bucket,
  { leaseMs = LEASE_MS, now = () => Date.now() }: LeaseOptions = {},
): Leases {
  /** @returns the result of who was first, or undefined when the lease is ours */
  const take = async (record: string, key: RequestKey, by: string): Promise<Lease | undefined> => {
    let done: Lease | undefined;
    await bucket.update<Lease>(record, (current) => {
      done = undefined;
      const first = current && firstOf([current], key);
      if (first?.result !== undefined) {
        done = first;
        return undefined;
      }
      const wait = (first?.until ?? 0) - now();
      if (wait > 0) throw underWay(wait);
      return { ...key, by, until: now() + leaseMs };
    });
    return done;
  };

  /** Changes our lease, as long as it is ours. */
  const ours = async (record: string, by: string, change: (lease: Lease) => Lease | null): Promise<void> =>
    bucket.update<Lease>(record, (current) => {
      if (current?.by !== by || current.result !== undefined) throw underWay(leaseMs);
      return change(current);
    });

  return {
    run: async <R extends JsonValue>(
      scope: string,
      { key, meta, log }: Pick<RequestContext, 'key' | 'meta' | 'log'>,
      work: (signal: AbortSignal) => Promise<R>,
    ) => {
      if (key === undefined) return work(new AbortController().signal);
      const by = randomUUID();
      const record = recordOf(scope, meta?.userId ?? '', key);
      const done = await take(record, key, by);
      if (done) return done.result as R;

      const lost = new AbortController();
      let until = now() + leaseMs;
      const renew = async () => {
        const next = now() + leaseMs;
        try {
          await ours(record, by, (lease) => ({ ...lease, until: next }));
          until = next;
        } catch (error) {
          const taken = error instanceof ServiceError && error.code === Code.ABORTED;
          log.warn({ err: error }, taken ? 'a lease was lost' : 'a lease was not renewed');
          if (taken || now() >= until) lost.abort(error);
        }
      };
      const renewing = setInterval(() => void renew(), leaseMs / RENEWALS);
      try {
        const result = await work(lost.signal);
        await ours(record, by, (lease) => ({ ...lease, result }));
        return result;
      } catch (error) {
        // Whoever comes next need not wait for an end that is known.
        await ours(record, by, () => null).catch(() => undefined);
        throw error;
      } finally {
        clearInterval(renewing);
      }
    },
  };
}

function underWay(waitMs: number): ServiceError {
  return new ServiceError(Code.ABORTED, 'The same request is under way; ask again.', {
    details: { retryAfterMs: String(Math.ceil(waitMs)) },
  });
}

/** One user's key is not another's. */
function recordOf(scope: string, userId: string, { id }: RequestKey): string {
  return `lease.${scope}.${hashOf(userId, id)}`;
}
