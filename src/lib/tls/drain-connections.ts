import { GsysError } from '../errors.ts';
import { type LiveConnection, liveConnections } from '../nats/connections.ts';
import { natsSessions } from '../nats/sessions.ts';
import { pause } from '../pause.ts';
import { leafSha256 } from '../pki/inspect.ts';
import type { Inventory } from './inventory.ts';
import type { TlsContext } from './steps.ts';

/** Milliseconds that former tasks get to leave. */
const PATIENCE = 60_000;
const AGAIN = 500;

/**
 * Waits until nobody is connected to any node with another certificate than the one that was issued last: old
 * connections outlive the trust that let them in. A node that does not tell, or somebody whom the inventory does not
 * know, keeps it from going on.
 * @throws GsysError NOT_PROVEN
 */
export async function drainConnections(inventory: Inventory, context: TlsContext): Promise<void> {
  const issued = new Set([...inventory.values()].map(({ cert }) => leafSha256(cert)));
  const { fleet, tell, lock, signal } = context;
  for (const deadline = Date.now() + PATIENCE; ; ) {
    await lock.keep();
    const sessions = natsSessions(fleet.environment);
    const nodes = await liveConnections(fleet.environment.nats.nodes, sessions).finally(() =>
      sessions.close(),
    );
    const left = nodes.flatMap((seen) =>
      seen.connections === undefined
        ? [`${seen.node} does not tell who is connected: ${seen.why}`]
        : seen.connections.filter(({ leaf }) => !issued.has(leaf ?? '')).map(describe),
    );
    if (left.length === 0) {
      for (const { node, connections = [] } of nodes)
        tell({
          type: 'proved',
          holder: node,
          detail: `${connections.length} connections, all by what was issued last`,
        });
      return;
    }
    if (Date.now() > deadline)
      throw new GsysError(
        'NOT_PROVEN',
        'somebody is connected with another certificate than was issued last',
        {
          details: left,
          next: 'find out who that is and end it, then: gsys tls rotate ca --resume',
        },
      );
    await pause(AGAIN, signal);
  }
}

function describe({ node, cid, user, name, leaf, start }: LiveConnection): string {
  const who = [name && `"${name}"`, user && `as ${user}`].filter(Boolean).join(' ') || 'somebody';
  const since = start.toISOString();
  return `${node}: ${who} since ${since}, connection ${cid}, certificate ${leaf?.slice(0, 16) ?? 'none'}`;
}
