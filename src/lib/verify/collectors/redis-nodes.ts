import type { RedisNode } from '../../fleet/fleet.ts';
import { type RedisView, viewFrom } from '../../redis/cluster.ts';
import { redisAccess } from '../../redis/connect.ts';
import { toldOf } from '../../redis/told-of.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';

export interface RedisEvidence {
  /** The definition's nodes first, then those that they told of. */
  nodes: { node: RedisNode; answer: Answer<RedisView> }[];
}

/** Milliseconds to connect, and for each command. */
const TIMEOUT = 1500;

export const redisNodes: Collector<'redis-nodes'> = {
  id: 'redis-nodes',
  budget: 20_000,
  async collect({ fleet, aws }) {
    const { redis } = fleet.environment;
    const password = redis.authSecret === undefined ? undefined : await aws.secrets.value(redis.authSecret);
    if (redis.authSecret !== undefined && password === undefined)
      throw new Error(`there is no secret ${redis.authSecret}, so nobody can log in`);
    const access = await redisAccess(fleet.environment, password);
    const ask = (nodes: RedisNode[]) =>
      Promise.all(
        nodes.map(async (node) => ({ node, answer: await answerOf(viewFrom(node, access, TIMEOUT)) })),
      );
    const started = await ask(redis.endpoints);
    const views = started.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
    return { nodes: [...started, ...(await ask(toldOf(redis.endpoints, views)))] };
  },
};
