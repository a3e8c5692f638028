import type { ClusterNode, RedisView } from '../redis/cluster.ts';
import type { Memory } from '../redis/info.ts';
import type { RedisEvidence } from './collectors/redis-nodes.ts';

/** Who serves which slots in a node's view, for comparison. */
export function slotMap({ nodes }: RedisView): string {
  return nodes
    .flatMap(({ id, slots }) => slots.map((slot) => `${slot}=${id}`))
    .sort()
    .join(' ');
}

/** Addresses of nodes that do not answer, or that another node says have failed. */
export function failedNodes(asked: RedisEvidence['nodes']): string[] {
  const silent = asked.filter(({ answer }) => !answer.ok).map(({ node }) => address(node));
  const told = asked.flatMap(({ answer }) => (answer.ok ? answer.value.nodes : []));
  const failed = told.filter(({ flags }) => flags.includes('fail') || flags.includes('fail?')).map(address);
  return [...new Set([...silent, ...failed])];
}

/** Share of its limit at which a node is as good as full. */
const FULL = 0.9;

export function isFull({ used, max }: Pick<Memory, 'used' | 'max'>): boolean {
  return max > 0 && used / max >= FULL;
}

export interface Shard {
  primary: ClusterNode;
  replicas: ClusterNode[];
}

/** The map of slots that most nodes have; empty when nobody answers. */
export function commonSlotMap(asked: RedisEvidence['nodes']): string {
  const view = commonView(asked);
  return view === undefined ? '' : slotMap(view);
}

/** The shards as most nodes see them, in the order of their slots. */
export function shardsOf(asked: RedisEvidence['nodes']): Shard[] {
  const view = commonView(asked);
  if (view === undefined) return [];
  return shardsIn(view.nodes);
}

/** By one node's word, in the order of their slots. */
export function shardsIn(nodes: ClusterNode[]): Shard[] {
  return nodes
    .filter(({ flags, slots }) => flags.includes('master') && slots.length > 0)
    .sort((a, b) => firstSlot(a) - firstSlot(b))
    .map((primary) => ({ primary, replicas: nodes.filter((node) => node.primary === primary.id) }));
}

function commonView(asked: RedisEvidence['nodes']): RedisView | undefined {
  const views = asked.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  const votes = (map: string) => views.filter((view) => slotMap(view) === map).length;
  return views.toSorted((a, b) => votes(slotMap(b)) - votes(slotMap(a)))[0];
}

function firstSlot({ slots }: ClusterNode): number {
  return Math.min(...slots.map((slot) => Number.parseInt(slot, 10)));
}

export function address({ host, port }: { host: string; port: number }): string {
  return `${host}:${port}`;
}
