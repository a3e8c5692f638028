import type { RedisNode } from '../../fleet/fleet.ts';
import { type AskedNode, viewsFrom } from '../../redis/cluster.ts';
import type { RedisAccess } from '../../redis/connect.ts';

export interface RedisAnswer extends Pick<AskedNode, 'answer'> {
  /** `127.0.0.1:21640` */
  node: string;
}

/** Milliseconds to connect and answer. */
const TIMEOUT = 1500;

/** The definition's nodes, then those that they told of, each by itself. */
export async function lookAtRedis(endpoints: RedisNode[], access: RedisAccess): Promise<RedisAnswer[]> {
  const asked = await viewsFrom(endpoints, access, TIMEOUT);
  return asked.map(({ node, answer }) => ({ node: `${node.host}:${node.port}`, answer }));
}
