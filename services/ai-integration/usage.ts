import { safeKey } from '../sdk/kv.ts';
import type { Logger } from '../sdk/log.ts';
import type { Redis } from '../sdk/redis.ts';

export interface Usage {
  generations: number;
  promptTokens: number;
  completionTokens: number;
  /** Replies from the cache. */
  cached: number;
}

/** What was made in a day, for each user and for all, whatever task made it. */
export interface UsageCounts {
  /** Text that is made already is not taken back because it cannot be counted: the log has it then. */
  add(userId: string, usage: Partial<Usage>, log: Logger): Promise<void>;
  /**
   * @param userId empty: everybody's
   * @throws ServiceError UNAVAILABLE
   */
  of(userId: string, day: string): Promise<Usage>;
}

/** Two months, so that the one before can still be read. */
const KEPT_MS = 62 * 86_400_000;

const ADD = `
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])`;

export function usageCounts(redis: Redis, now: () => number = () => Date.now()): UsageCounts {
  const add = (userId: string, usage: Partial<Usage>) =>
    redis.run((cluster) =>
      cluster.eval(ADD, 1, keyOf(userId, dayOf(now())), KEPT_MS, ...Object.entries(usage).flat()),
    );
  return {
    add: async (userId, usage, log) => {
      try {
        await Promise.all([add('', usage), ...(userId === '' ? [] : [add(userId, usage)])]);
      } catch (error) {
        log.error({ err: error, userId, ...usage }, 'usage is not counted');
      }
    },
    of: async (userId, day) => {
      const counts = await redis.run((cluster) => cluster.hgetall(keyOf(userId, day)));
      const count = (name: keyof Usage) => Number(counts[name] ?? 0);
      return {
        generations: count('generations'),
        promptTokens: count('promptTokens'),
        completionTokens: count('completionTokens'),
        cached: count('cached'),
      };
    },
  };
}

/** In UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function keyOf(userId: string, day: string): string {
  return `usage.${day}.${safeKey(userId)}`;
}
