import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';
import { type ClusterNode, connectRedis, type RedisAccess } from './redis-client.ts';

export interface RedisRole {
  role: 'primary' | 'replica' | 'unknown';
  /** From 1, in the order of the slots; undefined while nobody can tell. */
  shard: number | undefined;
}

/** Who is what now, by the word of the first node that answers. */
export async function redisRoles(
  nodes: EmbeddedLayout['redis'],
  access: RedisAccess,
): Promise<Map<string, RedisRole>> {
  const views = await Promise.all(
    nodes.map(async (node) => {
      const peer = connectRedis(node, access);
      return await peer
        .nodes()
        .catch(() => undefined)
        .finally(() => peer.close());
    }),
  );
  const view = views.find((answer) => answer !== undefined) ?? [];
  // A primary that failed owns its slots until a replica takes over: shards keep their numbers meanwhile.
  const owners = view.filter(({ slots }) => slots.length > 0).sort((a, b) => firstSlot(a) - firstSlot(b));
  return new Map(
    nodes.map(({ name, port }, i) => {
      const node = views[i] === undefined ? undefined : view.find((candidate) => candidate.port === port);
      const shard = owners.findIndex(({ id }) => id === (node?.primary ?? node?.id)) + 1;
      return [name, { role: roleOf(node), shard: shard === 0 ? undefined : shard }];
    }),
  );
}

function roleOf(node: ClusterNode | undefined): RedisRole['role'] {
  if (node === undefined) return 'unknown';
  return node.primary === undefined ? 'primary' : 'replica';
}

function firstSlot(node: ClusterNode): number {
  return node.slots[0]?.[0] ?? 0;
}
