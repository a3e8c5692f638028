import { type Answer, answerOf } from '../connection-fault.ts';
import type { RedisNode } from '../fleet/fleet.ts';
import { askRedis, type RedisAccess } from './connect.ts';
import { fields, type NodeInfo, parseInfo } from './info.ts';
import { nodesBehind } from './nodes-behind.ts';

/** One node's own view: views differ exactly when something is wrong, so every node is asked. */
export interface RedisView extends NodeInfo {
  info: ClusterInfo;
  nodes: ClusterNode[];
}

export interface AskedNode {
  node: RedisNode;
  answer: Answer<RedisView>;
}

/** https://redis.io/docs/latest/commands/cluster-info/ */
export interface ClusterInfo {
  state: string;
  slotsAssigned: number;
  slotsOk: number;
  slotsPfail: number;
  slotsFail: number;
  knownNodes: number;
  size: number;
  epoch: number;
}

/** https://redis.io/docs/latest/commands/cluster-nodes/ */
export interface ClusterNode {
  id: string;
  host: string;
  port: number;
  flags: string[];
  /** Of a replica. */
  primary: string | undefined;
  linked: boolean;
  /** Of its slots: another one with every failover. A replica has its primary’s. */
  epoch: number;
  /** `0-5460`, single slots as they come. */
  slots: string[];
  /** Open migrations; a node tells only its own. */
  migrating: string[];
}

/** @throws ConnectionFault */
export async function viewFrom(node: RedisNode, access: RedisAccess, timeout: number): Promise<RedisView> {
  return await askRedis(node, access, timeout, async (redis) => {
    const [cluster, nodes, info] = await Promise.all([
      redis.cluster('INFO'),
      redis.cluster('NODES'),
      redis.info(),
    ]);
    return {
      ...parseInfo(String(info)),
      info: parseClusterInfo(String(cluster)),
      nodes: parseClusterNodes(String(nodes)),
    };
  });
}

/**
 * The definition's nodes first, then those that they tell of, each by itself and once.
 * @param timeout milliseconds, for each
 */
export async function viewsFrom(
  endpoints: RedisNode[],
  access: RedisAccess,
  timeout: number,
): Promise<AskedNode[]> {
  const ask = (nodes: RedisNode[]) =>
    Promise.all(
      nodes.map(async (node) => ({ node, answer: await answerOf(viewFrom(node, access, timeout)) })),
    );
  const started = await ask(endpoints);
  const told = started.flatMap(({ answer }) => (answer.ok ? [answer.value.nodes] : []));
  return [...started, ...(await ask(nodesBehind(endpoints, told)))];
}

export function parseClusterInfo(text: string): ClusterInfo {
  const field = fields(text);
  const number = (name: string) => Number(field.get(name) ?? Number.NaN);
  return {
    state: field.get('cluster_state') ?? 'absent',
    slotsAssigned: number('cluster_slots_assigned'),
    slotsOk: number('cluster_slots_ok'),
    slotsPfail: number('cluster_slots_pfail'),
    slotsFail: number('cluster_slots_fail'),
    knownNodes: number('cluster_known_nodes'),
    size: number('cluster_size'),
    epoch: number('cluster_current_epoch'),
  };
}

export function parseClusterNodes(text: string): ClusterNode[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [id = '', address = '', flags = '', primary = '-', , , epoch = '', link = '', ...slots] = line
        .trim()
        .split(' ');
      const [endpoint = ''] = address.split('@');
      const colon = endpoint.lastIndexOf(':');
      return {
        id,
        host: endpoint.slice(0, colon),
        port: Number(endpoint.slice(colon + 1)),
        flags: flags.split(','),
        primary: primary === '-' ? undefined : primary,
        linked: link === 'connected',
        epoch: Number(epoch),
        slots: slots.filter((slot) => !slot.startsWith('[')),
        migrating: slots.filter((slot) => slot.startsWith('[')),
      };
    });
}
