import type { RedisNode } from '../fleet/fleet.ts';
import type { RedisView } from './cluster.ts';

/** Where the definition names an entry point only, the nodes behind it. @param views of those that were asked */
export function toldOf(asked: RedisNode[], views: RedisView[]): RedisNode[] {
  // A node tells its own address too: an entry point by another name is not asked twice.
  const known = new Set([
    ...asked.map(address),
    ...views.flatMap(({ nodes }) => nodes.filter(({ flags }) => flags.includes('myself')).map(address)),
  ]);
  const told = new Map(
    views.flatMap(({ nodes }) =>
      nodes.filter(isThere).map(({ host, port }) => [address({ host, port }), { host, port }]),
    ),
  );
  return [...told].filter(([key]) => !known.has(key)).map(([, node]) => node);
}

function isThere({ host, flags }: { host: string; flags: string[] }): boolean {
  return host !== '' && !flags.includes('noaddr') && !flags.includes('handshake');
}

function address({ host, port }: RedisNode): string {
  return `${host}:${port}`;
}
