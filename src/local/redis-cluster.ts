import { setTimeout as wait } from 'node:timers/promises';
import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';
import { type ClusterNode, connectRedis, type RedisAccess, type RedisPeer } from './redis-client.ts';

type Node = EmbeddedLayout['redis'][number];
interface Member extends Node {
  peer: RedisPeer;
}

/**
 * Makes one cluster of running nodes: the slots spread over the first `shards` of them, the others replicas in turn.
 * What is there already is kept, so a first start, a restart and one that was cut short all end the same.
 */
export async function formRedisCluster(
  nodes: Node[],
  shards: number,
  access: RedisAccess,
  signal: AbortSignal,
): Promise<void> {
  const members = await Promise.all(nodes.map((node) => whenUp(node, access, signal)));
  try {
    await assignSlots(members, shards);
    await introduce(members);
    await until(async () => await allKnowAll(members), signal);
    await assignReplicas(members);
    await until(async () => (await Promise.all(members.map(isOk))).every(Boolean), signal);
  } finally {
    for (const { peer } of members) peer.close();
  }
}

const SLOTS = 16_384;
const POLL_MS = 50;
/** Milliseconds for one command: of six nodes that start at once on a busy machine, one may be slow to answer. */
const PATIENCE = 15_000;

async function whenUp(node: Node, access: RedisAccess, signal: AbortSignal): Promise<Member> {
  for (;;) {
    const peer = connectRedis(node, access, PATIENCE);
    try {
      await peer.command('PING');
      return { ...node, peer };
    } catch {
      peer.close();
      await wait(POLL_MS, undefined, { signal });
    }
  }
}

/** Each range goes to the primary of its number, unless somebody has it. */
async function assignSlots(members: Member[], shards: number): Promise<void> {
  const views = await Promise.all(members.map(({ peer }) => peer.nodes()));
  const owned = views.flatMap((view) => selfOf(view).slots);
  await Promise.all(
    Array.from({ length: shards }, async (_, shard) => {
      const [first, last] = [slotStart(shard, shards), slotStart(shard + 1, shards) - 1];
      const [member, view] = [members[shard], views[shard]];
      if (member === undefined || view === undefined || owned.some(([from]) => from === first)) return;
      // Distinct epochs from the start spare the nodes a round of settling who is older. Redis takes one only from a
      // node that is new and alone.
      if (view.length === 1 && selfOf(view).epoch === 0)
        await member.peer.command('CLUSTER', 'SET-CONFIG-EPOCH', shard + 1);
      await member.peer.command('CLUSTER', 'ADDSLOTSRANGE', first, last);
    }),
  );
}

/** All pairs at once: gossip alone would take seconds to carry the word. Of a pair, one who does not know the other. */
async function introduce(members: Member[]): Promise<void> {
  const known = await Promise.all(
    members.map(async ({ peer }) => (await peer.nodes()).map((node) => node.port)),
  );
  const knows = (one: number, other: number) => known[one]?.includes(members[other]?.port ?? 0) === true;
  await Promise.all(
    members.map(async ({ peer }, i) => {
      const strangers = members.filter(
        (_, other) => other !== i && !knows(i, other) && (other > i || knows(other, i)),
      );
      for (const other of strangers)
        await peer.command('CLUSTER', 'MEET', other.host, other.port, other.busPort);
    }),
  );
}

async function allKnowAll(members: Member[]): Promise<boolean> {
  const views = await Promise.all(members.map(({ peer }) => peer.nodes()));
  return views.every((view) => {
    const known = view.filter(({ flags }) => !flags.includes('handshake')).map(({ port }) => port);
    return members.every(({ port }) => known.includes(port));
  });
}

/** A primary without slots is a replica that does not know it yet: it goes to the primary with the fewest. */
async function assignReplicas(members: Member[]): Promise<void> {
  const selves = await Promise.all(members.map(async ({ peer }) => selfOf(await peer.nodes())));
  const replicas = new Map<string, number>();
  for (const self of selves) if (self.slots.length > 0) replicas.set(self.id, 0);
  for (const { primary } of selves) if (primary !== undefined) count(replicas, primary);
  for (const [i, self] of selves.entries()) {
    if (self.slots.length > 0 || self.primary !== undefined) continue;
    const [fewest] = [...replicas].sort((a, b) => a[1] - b[1])[0] ?? [];
    if (fewest === undefined) continue;
    await members[i]?.peer.command('CLUSTER', 'REPLICATE', fewest);
    count(replicas, fewest);
  }
}

/** The whole keyspace is served, and a replica follows its primary. */
async function isOk({ peer }: Member): Promise<boolean> {
  const [cluster, replication] = await Promise.all([
    peer.command('CLUSTER', 'INFO'),
    peer.command('INFO', 'replication'),
  ]);
  return String(cluster).includes('cluster_state:ok') && !String(replication).includes('link_status:down');
}

async function until(holds: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await holds())) await wait(POLL_MS, undefined, { signal });
}

function selfOf(view: ClusterNode[]): ClusterNode {
  const self = view.find(({ flags }) => flags.includes('myself'));
  if (self === undefined) throw new Error('a Redis node does not name itself in CLUSTER NODES');
  return self;
}

function slotStart(shard: number, shards: number): number {
  return Math.floor((shard * SLOTS) / shards);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
