import type { RedisNode } from '../../fleet/fleet.ts';
import { type RedisView, viewFrom } from '../../redis/cluster.ts';
import { redisLogin } from '../../redis/login.ts';
import { nodesBehind } from '../../redis/nodes-behind.ts';
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
    const access = await redisLogin(fleet.environment, aws.secrets.value);
    const ask = (nodes: RedisNode[]) =>
      Promise.all(
        nodes.map(async (node) => ({ node, answer: await answerOf(viewFrom(node, access, TIMEOUT)) })),
      );
    const started = await ask(redis.endpoints);
    const views = started.flatMap(({ answer }) => (answer.ok ? [answer.value.nodes] : []));
    return { nodes: [...started, ...(await ask(nodesBehind(redis.endpoints, views)))] };
  },
};
