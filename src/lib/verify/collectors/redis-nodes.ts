import type { RedisNode } from '../../fleet/fleet.ts';
import { type RedisView, viewFrom } from '../../redis/cluster.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';
import { redisLogin } from '../redis-login.ts';

export interface RedisEvidence {
  /** The definition's nodes first, then those that they told of. */
  nodes: { node: RedisNode; answer: Answer<RedisView> }[];
}

/** Milliseconds to connect, and for each command. */
const TIMEOUT = 1500;

export const redisNodes: Collector<'redis-nodes'> = {
  id: 'redis-nodes',
  budget: 20_000,
  async collect(context) {
    const { redis } = context.fleet.environment;
    const access = await redisLogin(context);
    const ask = (nodes: RedisNode[]) =>
      Promise.all(
        nodes.map(async (node) => ({ node, answer: await answerOf(viewFrom(node, access, TIMEOUT)) })),
      );
    const started = await ask(redis.endpoints);
    return { nodes: [...started, ...(await ask(toldOf(started)))] };
  },
};

/** Where the definition names an entry point only, the nodes behind it. */
function toldOf(asked: RedisEvidence['nodes']): RedisNode[] {
  const views = asked.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  // A node tells its own address too: an entry point by another name is not asked twice.
  const known = new Set([
    ...asked.map(({ node }) => address(node)),
    ...views.flatMap(({ nodes }) => nodes.filter(({ flags }) => flags.includes('myself')).map(address)),
  ]);
  const told = new Map(
    views.flatMap(({ nodes }) =>
      nodes.filter(isThere).map(({ host, port }) => [address({ host, port }), { host, port }]),
    ),
  );
  return [...told].filter(([key]) => !known.has(key)).map(([, node]) => node);
}

function isThere({ host, flags }: { host: string; flags: string[] }): boolean {
  return host !== '' && !flags.includes('noaddr') && !flags.includes('handshake');
}

function address({ host, port }: RedisNode): string {
  return `${host}:${port}`;
}
