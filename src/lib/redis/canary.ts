import type { Redis } from 'ioredis';
import { ConnectionFault } from '../connection-fault.ts';

/** Names of which some belong to every shard: a shard has a third of all slots, or at least a hundredth. */
const TAGS = Array.from({ length: 512 }, (_, i) => `gsys-canary:{${i}}`);
/** Milliseconds after which Redis forgets one whose deletion failed. */
const FORGOTTEN = 10_000;
/** Milliseconds that replicas get to have it. */
const REPLICATED = 500;

export interface RedisCanary {
  key: string;
  /** Replicas that had it in time. */
  replicas: number;
}

/** Writes a key that belongs to this primary. @throws ConnectionFault when it has no slots */
export async function writeCanary(
  primary: Redis,
  slots: string[],
  { text, replicas }: { text: string; replicas: number },
): Promise<RedisCanary> {
  const key = await keyIn(primary, slots);
  await primary.set(key, text, 'PX', FORGOTTEN);
  return { key, replicas: replicas === 0 ? 0 : await primary.wait(replicas, REPLICATED) };
}

/** What a replica has under the key. */
export async function readCanary(replica: Redis, key: string): Promise<string | null> {
  await replica.readonly();
  return await replica.get(key);
}

async function keyIn(primary: Redis, slots: string[]): Promise<string> {
  const ranges = slots.map((range) => range.split('-').map(Number));
  const isOurs = (slot: number) => ranges.some(([from = 0, to = from]) => slot >= from && slot <= to);
  for (let at = 0; at < TAGS.length; at += BATCH) {
    const some = TAGS.slice(at, at + BATCH);
    const found = await Promise.all(some.map((key) => primary.cluster('KEYSLOT', key)));
    const index = found.findIndex((slot) => isOurs(Number(slot)));
    if (index >= 0) return some[index] as string;
  }
  throw new ConnectionFault('protocol', 'no name belongs to its slots');
}

const BATCH = 16;
