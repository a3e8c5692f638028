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
 * @returns names of nodes that have given JetStream up, as they do where their disk is full: once there is room, only
 * a restart brings it back
 */
export async function natsWithoutJetStream(layout: EmbeddedLayout): Promise<string[]> {
  const disabled = await Promise.all(
    layout.nats.map(
      async ({ monitorPort }) => (await monitor<{ disabled?: boolean }>(monitorPort, 'jsz'))?.disabled,
    ),
  );
  return layout.nats.flatMap(({ name }, i) => (disabled[i] ? [name] : []));
}

async function monitor<T>(port: number, page: string): Promise<T | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${page}`, { signal: AbortSignal.timeout(1000) });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
