import type { Redis } from 'ioredis';
import { fields } from './cluster.ts';

/** What a node has to do. https://redis.io/docs/latest/commands/info/ */
export interface RedisLoad {
  clients: number;
  /** Since it started. */
  commands: number;
  /** Keys that it dropped to make room, since it started. */
  evicted: number;
  /** Bytes; a limit of 0 is none. */
  memory: number;
  memoryLimit: number;
}

export async function readLoad(redis: Redis): Promise<RedisLoad> {
  return parseLoad(String(await redis.info()));
}

export function parseLoad(text: string): RedisLoad {
  const field = fields(text);
  const number = (name: string) => Number(field.get(name) ?? Number.NaN);
  return {
    clients: number('connected_clients'),
    commands: number('total_commands_processed'),
    evicted: number('evicted_keys'),
    memory: number('used_memory'),
    memoryLimit: number('maxmemory'),
  };
}
