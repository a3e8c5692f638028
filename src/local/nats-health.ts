import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';

/** @returns what is still missing until every node routes to all others and one JetStream leader leads, or undefined */
export async function natsMissing(layout: EmbeddedLayout): Promise<string | undefined> {
  const views = await Promise.all(
    layout.nats.map(async (node) => ({
      name: node.name,
      varz: await monitor<{ remotes?: number }>(node.monitorPort, 'varz'),
      jsz: await monitor<{ meta_cluster?: { leader?: string; cluster_size?: number } }>(
        node.monitorPort,
        'jsz',
      ),
    })),
  );
  const peers = layout.nats.length - 1;
  for (const { name, varz, jsz } of views) {
    if (varz === undefined || jsz === undefined) return `${name} does not answer`;
    if ((varz.remotes ?? 0) < peers) return `${name} has routes to ${varz.remotes ?? 0} of ${peers} nodes`;
    if (!jsz.meta_cluster?.leader) return `${name} knows no JetStream leader`;
  }
  const leaders = new Set(views.map(({ jsz }) => jsz?.meta_cluster?.leader));
  return leaders.size === 1 ? undefined : `the nodes name ${leaders.size} JetStream leaders`;
}

/**
 * @returns names of nodes that run without JetStream. Where its disk is full a node gives it up, or is stuck in it for
 * ever (docs/decisions/nats-full-disk.md), and once there is room only a restart brings it back
 */
export async function natsWithoutJetStream(layout: EmbeddedLayout): Promise<string[]> {
  const lame = await Promise.all(
    layout.nats.map(async ({ monitorPort }) => {
      // One that does not answer at all is frozen, or busy, and is left as it is.
      if ((await monitor(monitorPort, 'varz')) === undefined) return false;
      const jsz = await monitor<{ disabled?: boolean }>(monitorPort, 'jsz', STUCK);
      return jsz === undefined || jsz.disabled === true;
    }),
  );
  return layout.nats.flatMap(({ name }, i) => (lame[i] ? [name] : []));
}

/** Milliseconds until a page should be there, and until one that is not will never be. */
const PATIENCE = 1000;
const STUCK = 5000;

async function monitor<T>(port: number, page: string, patience = PATIENCE): Promise<T | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${page}`, {
      signal: AbortSignal.timeout(patience),
    });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
