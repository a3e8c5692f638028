import type { RedisNode } from '../fleet/fleet.ts';
import type { ClusterNode } from './cluster.ts';

/** Where the definition names an entry point only, the nodes behind it, by what those that were asked told of. */
export function nodesBehind(asked: RedisNode[], views: ClusterNode[][]): RedisNode[] {
  // A node tells its own address too: an entry point by another name is not asked twice.
  const known = new Set([
    ...asked.map(address),
    ...views.flatMap((nodes) => nodes.filter(({ flags }) => flags.includes('myself')).map(address)),
  ]);
  const told = new Map(
    views.flatMap((nodes) =>
      nodes.filter(isThere).map(({ host, port }) => [address({ host, port }), { host, port }]),
    ),
  );
  return [...told].filter(([key]) => !known.has(key)).map(([, node]) => node);
}

function isThere({ host, flags }: Pick<ClusterNode, 'host' | 'flags'>): boolean {
  return host !== '' && !flags.includes('noaddr') && !flags.includes('handshake');
}

function address({ host, port }: RedisNode): string {
  return `${host}:${port}`;
}
