import { randomUUID } from 'node:crypto';
import type { RedisNode } from '../../fleet/fleet.ts';
import { readCanary, writeCanary } from '../../redis/canary.ts';
import { parseClusterNodes } from '../../redis/cluster.ts';
import { askRedis, type RedisAccess } from '../../redis/connect.ts';
import { redisLogin } from '../../redis/login.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';
import { type Shard, shardsIn } from '../redis-views.ts';

export interface CanariesEvidence {
  /** In the order of their slots. */
  shards: { primary: string; answer: Answer<CanaryFacts> }[];
}

export interface CanaryFacts {
  /** Replicas that had it in time. */
  replicas: number;
  /** Address of a replica that has, or lacks, what was written; undefined where there is none. */
  replica: string | undefined;
  readBack: boolean;
}

/** Milliseconds for each node. */
const TIMEOUT = 2500;

export const redisCanaries: Collector<'redis-canaries'> = {
  id: 'redis-canaries',
  budget: 20_000,
  async collect(context) {
    const access = await redisLogin(context.fleet.environment, context.aws.secrets.value);
    const { endpoints } = context.fleet.environment.redis;
    const wanted = context.fleet.redis.replicasPerShard;
    const shards = await Promise.any(endpoints.map((node) => shardsFrom(node, access)));
    return {
      shards: await Promise.all(
        shards.map(async (shard) => ({
          primary: `${shard.primary.host}:${shard.primary.port}`,
          answer: await answerOf(tryShard(shard, access, wanted)),
        })),
      ),
    };
  },
};

async function shardsFrom(node: RedisNode, access: RedisAccess): Promise<Shard[]> {
  const told = await askRedis(node, access, TIMEOUT, (redis) => redis.cluster('NODES'));
  return shardsIn(parseClusterNodes(String(told)));
}

async function tryShard(
  { primary, replicas }: Shard,
  access: RedisAccess,
  wanted: number,
): Promise<CanaryFacts> {
  const text = randomUUID();
  const written = await askRedis(primary, access, TIMEOUT, (redis) =>
    writeCanary(redis, primary.slots, { text, replicas: wanted }),
  );
  const [replica] = replicas;
  const common = { replicas: written.replicas, replica: replica && `${replica.host}:${replica.port}` };
  if (replica === undefined || written.replicas === 0) return { ...common, readBack: false };
  const read = await askRedis(replica, access, TIMEOUT, (redis) => readCanary(redis, written.key));
  return { ...common, readBack: read === text };
}
