import type { ClusterNode, RedisView } from '../redis/cluster.ts';
import type { Memory } from '../redis/info.ts';
import type { RedisAnswer } from './look/redis.ts';

/** A Redis primary that serves slots, by its own word, and who says that he copies it. */
export interface Shard {
  /** Address. */
  primary: string;
  /** `0-5460`, or several such. */
  ranges: string;
  slots: number;
  /** Addresses; each says itself that its link to the primary is up. */
  replicas: string[];
  /** `ok` or `fail`: what it says of the cluster. */
  state: string;
  clients: number;
  memory: Memory;
}

export const SLOTS = 16_384;

/** The shards in the order of their slots. Nothing is said by others than the nodes themselves: one that is silent has none. Pure. */
export function shardsOf(answers: RedisAnswer[]): Shard[] {
  const nodes = answers.flatMap(({ node, answer }) => (answer.ok ? [nodeOf(node, answer.value)] : []));
  return nodes
    .filter(({ own, view }) => view.replication.role === 'master' && own.slots.length > 0)
    .map(({ address, own, view }) => ({
      primary: address,
      ranges: own.slots.join(' '),
      slots: own.slots.reduce((sum, range) => sum + sizeOf(range), 0),
      replicas: nodes
        .filter((node) => node.own.primary === own.id && node.view.replication.linkUp)
        .map((node) => node.address),
      state: view.info.state,
      clients: view.clients,
      memory: view.memory,
    }))
    .sort((a, b) => firstOf(a.ranges) - firstOf(b.ranges));
}

/** Slots that are served by nodes which say so themselves. */
export function servedSlots(shards: Shard[]): number {
  return shards.reduce((sum, { slots }) => sum + slots, 0);
}

function nodeOf(address: string, view: RedisView): { address: string; own: ClusterNode; view: RedisView } {
  const own = view.nodes.find(({ flags }) => flags.includes('myself'));
  return { address, own: own ?? NOBODY, view };
}

const NOBODY: ClusterNode = {
  ...{ id: '', host: '', port: 0, flags: [], primary: undefined, linked: false },
  ...{ epoch: 0, slots: [], migrating: [] },
};

/** Of `0-5460` or `7`. */
function sizeOf(range: string): number {
  const [first = 0, last = first] = range.split('-').map(Number);
  return last - first + 1;
}

function firstOf(ranges: string): number {
  return Number.parseInt(ranges, 10);
}
