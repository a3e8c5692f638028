import type { Fleet } from '../fleet/fleet.ts';
import { isUserOf } from '../fleet/identity.ts';
import type { LiveConnection } from '../nats/connections.ts';
import { leafSha256 } from '../pki/inspect.ts';
import { untilNobodyIs } from './await-connections.ts';
import type { Inventory } from './inventory.ts';
import type { TlsContext } from './steps.ts';

/** Milliseconds that former tasks get to leave. */
const PATIENCE = 60_000;

/**
 * Waits until nobody is connected to any node with another certificate than the one that was issued last: old
 * connections outlive the trust that let them in. A node that does not tell, or somebody whom the inventory does not
 * know, keeps it from going on.
 * @throws GsysError NOT_PROVEN
 */
export async function drainConnections(inventory: Inventory, context: TlsContext): Promise<void> {
  const issued = new Set([...inventory.values()].map(({ cert }) => leafSha256(cert)));
  const nodes = await untilNobodyIs(
    {
      is: ({ leaf }) => !issued.has(leaf ?? ''),
      describe,
      patience: PATIENCE,
      message: 'somebody is connected with another certificate than was issued last',
      next: (left) => whatHelps(left, context.fleet),
    },
    context,
  );
  for (const { node, connections = [] } of nodes) {
    const detail = `${connections.length} connections, all by what was issued last`;
    context.tell({ type: 'proved', holder: node, detail });
  }
}

/** Tasks that did not take what was issued are made anew; of anybody else a person has to know. Pure. */
export function whatHelps(
  left: Pick<LiveConnection, 'user' | 'address'>[],
  { name, services }: Pick<Fleet, 'name' | 'services'>,
): string {
  const ofService = ({ user }: Pick<LiveConnection, 'user'>) =>
    services.find((service) => isUserOf(name, service.name, user))?.name;
  const others = [
    ...new Set(left.filter((one) => ofService(one) === undefined).map(({ address }) => address)),
  ];
  const known = [...new Set(left.flatMap((one) => ofService(one) ?? []))];
  const steps = [
    ...(known.length === 0 ? [] : [`gsys restart ${known.join(' ')}`]),
    ...(others.length === 0 ? [] : [`find out who ${others.join(', ')} is and end it`]),
    'gsys tls rotate ca --resume',
  ];
  return steps.join(', then: ');
}

function describe({ node, cid, address, user, name, leaf, start }: LiveConnection): string {
  const who = [name && `"${name}"`, user && `as ${user}`].filter(Boolean).join(' ') || 'somebody';
  const since = start.toISOString();
  return `${node}: ${who} from ${address} since ${since}, connection ${cid}, certificate ${leaf?.slice(0, 16) ?? 'none'}`;
}
