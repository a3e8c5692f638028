import { type Answer, answerOf } from '../../connection-fault.ts';
import type { RedisNode } from '../../fleet/fleet.ts';
import { type RedisView, readView } from '../../redis/cluster.ts';
import { askRedis, type RedisAccess } from '../../redis/connect.ts';
import { type RedisLoad, readLoad } from '../../redis/load.ts';
import { nodesBehind } from '../../redis/nodes-behind.ts';

/** What a Redis node sees of its cluster, and what it has to do. */
export interface RedisLook {
  view: RedisView;
  load: RedisLoad;
}

export interface RedisAnswer {
  /** `127.0.0.1:21640` */
  node: string;
  answer: Answer<RedisLook>;
}

/** Milliseconds to connect and answer. */
const TIMEOUT = 1500;

/** The definition's nodes, then those that they told of, each by itself. */
export async function lookAtRedis(endpoints: RedisNode[], access: RedisAccess): Promise<RedisAnswer[]> {
  const started = await ask(endpoints, access);
  const views = started.flatMap(({ answer }) => (answer.ok ? [answer.value.view.nodes] : []));
  return [...started, ...(await ask(nodesBehind(endpoints, views), access))];
}

async function ask(nodes: RedisNode[], access: RedisAccess): Promise<RedisAnswer[]> {
  return await Promise.all(
    nodes.map(async (node) => ({
      node: `${node.host}:${node.port}`,
      answer: await answerOf(
        askRedis(node, access, TIMEOUT, async (redis) => {
          const [view, load] = await Promise.all([readView(redis), readLoad(redis)]);
          return { view, load };
        }),
      ),
    })),
  );
}
