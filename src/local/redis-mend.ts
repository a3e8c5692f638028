import { GsysError, messageOf } from '../lib/errors.ts';
import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';
import type { Keeper } from './keeper.ts';
import { connectRedis, type RedisAccess } from './redis-client.ts';
import { formRedisCluster } from './redis-cluster.ts';
import { configOf } from './redis-nodes.ts';

/**
 * Starts nodes again that do not run by what their file says, or whose primary does not take them, and makes one
 * cluster of all of them again. While one does not answer, what the others are to be is left alone.
 * @returns names of the nodes that were started again
 */
export async function mendRedis(
  layout: EmbeddedLayout,
  keepers: Keeper[],
  shards: number,
  access: RedisAccess,
): Promise<string[]> {
  const states = await Promise.all(layout.redis.map((node) => stateOf(node, access)));
  if (states.includes('silent')) return [];
  const lame = layout.redis.filter((_, i) => states[i] === 'lame').map(({ name }) => name);
  await Promise.all(keepers.filter(({ name }) => lame.includes(name)).map((keeper) => keeper.restart()));
  await formRedisCluster(layout.redis, shards, access, AbortSignal.timeout(PATIENCE)).catch((cause) => {
    throw new GsysError('PLATFORM_FAILED', `Redis is not one cluster again: ${messageOf(cause)}`, {
      cause,
      next: 'gsys local down && gsys local up',
    });
  });
  return lame;
}

/** Milliseconds: as long as a cluster takes at its first start on a machine that is busy. */
const PATIENCE = 40_000;
/** What somebody can change in a node that runs, and would be gone with its next start. */
const CHANGEABLE = ['masterauth', 'tls-auth-clients', 'maxmemory', 'maxmemory-policy', 'appendonly'];

type Node = EmbeddedLayout['redis'][number];

async function stateOf(node: Node, access: RedisAccess): Promise<'well' | 'lame' | 'silent'> {
  const peer = connectRedis(node, access);
  try {
    const [config, replication] = await Promise.all([
      peer.command('CONFIG', 'GET', ...CHANGEABLE),
      peer.command('INFO', 'replication'),
    ]);
    const runs = new Map(pairs(config as string[]));
    const wanted = await configOf(node);
    const differs = CHANGEABLE.some((name) => runs.get(name) !== wanted.get(name));
    const alone = /^master_link_status:down/m.test(String(replication));
    return differs || alone ? 'lame' : 'well';
  } catch {
    return 'silent';
  } finally {
    peer.close();
  }
}

function pairs(flat: string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : []));
}
