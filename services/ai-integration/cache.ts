import { createHash } from 'node:crypto';
import type { Logger } from '../sdk/log.ts';
import type { Redis } from '../sdk/redis.ts';
import type { Completion, Wanted } from './provider.ts';

export type Generated = Completion & { generationId: string; modelId: string };

/** Texts that asking again would make again. Without Redis they are made again. */
export interface Cache {
  get(key: string, log: Logger): Promise<Generated | undefined>;
  put(key: string, generated: Generated, log: Logger): Promise<void>;
}

/** A provider may change what is behind a model's name at any time. */
const TTL_MS = 3_600_000;

export function cache(redis: Redis): Cache {
  return {
    get: async (key, log) => {
      try {
        const found = await redis.get(key);
        return found === undefined ? undefined : (JSON.parse(found) as Generated);
      } catch (error) {
        log.warn({ err: error }, 'the cache is not asked');
        return undefined;
      }
    },
    put: (key, generated, log) =>
      redis
        .set(key, JSON.stringify(generated), TTL_MS)
        .catch((error) => log.warn({ err: error }, 'a text is not remembered')),
  };
}

/** @param model everything that says which one it is */
export function cacheKey(model: Record<string, string>, wanted: Wanted): string {
  return `text.${createHash('sha256')
    .update(canonical([model, wanted]))
    .digest('hex')}`;
}

/** JSON in which the order of an object's fields says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
