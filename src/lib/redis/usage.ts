import type { RedisNode } from '../fleet/fleet.ts';
import { type ClusterNode, parseClusterNodes } from './cluster.ts';
import { askRedis, type RedisAccess } from './connect.ts';

/** How full a node is. https://redis.io/docs/latest/commands/info/ */
export interface RedisUsage {
  /** Another one after every start, when counters begin anew. */
  runId: string;
  /** Percent of what it may hold; of the machine's memory where it has no limit. */
  memory: number;
  /** Keys that it threw away for want of memory, since it started. */
  evicted: number;
  /** The cluster as it sees it. */
  nodes: ClusterNode[];
}

/** @param timeout milliseconds @throws ConnectionFault */
export async function usageOf(node: RedisNode, access: RedisAccess, timeout: number): Promise<RedisUsage> {
  return await askRedis(node, access, timeout, async (redis) => {
    const [info, nodes] = await Promise.all([redis.info(), redis.cluster('NODES')]);
    return { ...parseUsage(info), nodes: parseClusterNodes(String(nodes)) };
  });
}

/** @throws Error where the reply lacks what it should have */
export function parseUsage(info: string): Omit<RedisUsage, 'nodes'> {
  const text = (name: string) => {
    const value = new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
    if (value === undefined) throw new Error(`INFO has no ${name}`);
    return value;
  };
  const limit = Number(text('maxmemory')) || Number(text('total_system_memory'));
  return {
    runId: text('run_id'),
    memory: (Number(text('used_memory')) / limit) * 100,
    evicted: Number(text('evicted_keys')),
  };
}
