import type { ClusterNode } from '../redis/cluster.ts';
import type { RedisLoad } from '../redis/load.ts';
import type { RedisAnswer, RedisLook } from './look/redis.ts';

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
  load: RedisLoad;
}

export const SLOTS = 16_384;

/** The shards in the order of their slots. Nothing is said by others than the nodes themselves: one that is silent has none. Pure. */
export function shardsOf(answers: RedisAnswer[]): Shard[] {
  const nodes = answers.flatMap(({ node, answer }) => (answer.ok ? [nodeOf(node, answer.value)] : []));
  return nodes
    .filter(({ own, look }) => look.view.replication.role === 'master' && own.slots.length > 0)
    .map(({ address, own, look }) => ({
      primary: address,
      ranges: own.slots.join(' '),
      slots: own.slots.reduce((sum, range) => sum + sizeOf(range), 0),
      replicas: nodes
        .filter((node) => node.own.primary === own.id && node.look.view.replication.linkUp)
        .map((node) => node.address),
      state: look.view.info.state,
      load: look.load,
    }))
    .sort((a, b) => firstOf(a.ranges) - firstOf(b.ranges));
}

/** Slots that are served by nodes which say so themselves. */
export function servedSlots(shards: Shard[]): number {
  return shards.reduce((sum, { slots }) => sum + slots, 0);
}

function nodeOf(address: string, look: RedisLook): { address: string; own: ClusterNode; look: RedisLook } {
  const own = look.view.nodes.find(({ flags }) => flags.includes('myself'));
  return { address, own: own ?? NOBODY, look };
}

const NOBODY: ClusterNode = {
  ...{ id: '', host: '', port: 0, flags: [], primary: undefined, linked: false, slots: [], migrating: [] },
};

/** Of `0-5460` or `7`. */
function sizeOf(range: string): number {
  const [first = 0, last = first] = range.split('-').map(Number);
  return last - first + 1;
}

function firstOf(ranges: string): number {
  return Number.parseInt(ranges, 10);
}
