import { type AskedNode, viewsFrom } from '../../redis/cluster.ts';
import { redisLogin } from '../../redis/login.ts';
import type { Collector } from '../collector.ts';

export interface RedisEvidence {
  /** The definition's nodes first, then those that they told of. */
  nodes: AskedNode[];
}

/** Milliseconds to connect, and for each command. */
const TIMEOUT = 1500;

export const redisNodes: Collector<'redis-nodes'> = {
  id: 'redis-nodes',
  budget: 20_000,
  async collect({ fleet, aws }) {
    const { redis } = fleet.environment;
    const access = await redisLogin(fleet.environment, aws.secrets.value);
    return { nodes: await viewsFrom(redis.endpoints, access, TIMEOUT) };
  },
};
