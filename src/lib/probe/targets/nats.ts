import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import { OPERATOR } from '../../fleet/identity.ts';
import { inboxPrefix } from '../../nats/permissions.ts';
import type { Belongings, NatsTarget } from '../target.ts';
import { fleetOf, foreignServer, type Means, nodeCalled, operatorBelongings, oursIn } from './means.ts';
import { isUrl, type Schemes } from './server-url.ts';

/** https://docs.nats.io/using-nats/developer/connecting: `nats://` takes what the server offers. */
const SCHEMES: Schemes = {
  nats: { port: 4222, tls: 'offered' },
  tls: { port: 4222, tls: 'demanded' },
};

/**
 * The client port of a node, or of any NATS server.
 * @throws GsysError UNKNOWN_TARGET, USAGE
 */
export async function natsTarget(named: string, means: Means): Promise<NatsTarget> {
  if (isUrl(named)) return await foreignNats(named, means);
  const fleet = fleetOf(means);
  return nodeTarget(findNode(fleet, named), fleet, await operatorBelongings(fleet, false));
}

/** @throws GsysError UNKNOWN_TARGET */
export function findNode({ environment }: Fleet, named: string): NatsNode {
  const known = environment.nats.nodes.map((node) => {
    const { name, host, clientPort: port } = node;
    return { name, at: { host, port }, node };
  });
  return nodeCalled(named, 'NATS node', known);
}

export function nodeTarget(
  { name, host, clientPort }: NatsNode,
  fleet: Fleet,
  belongings: Belongings,
): NatsTarget {
  return {
    ...{ name, host, port: clientPort, tls: 'demanded', belongings, ours: oursIn(fleet), login: undefined },
    inboxPrefix: inboxPrefix(OPERATOR),
    expected: { name, cluster: fleet.nats.cluster },
  };
}

async function foreignNats(named: string, means: Means): Promise<NatsTarget> {
  const { target, login } = await foreignServer(named, SCHEMES, means);
  // Whoever brings a certificate wants it to be asked for.
  const tls = target.belongings.cert === undefined ? target.tls : 'demanded';
  const inbox = means.asOperator ? inboxPrefix(OPERATOR) : '_INBOX';
  return { ...target, tls, login, expected: undefined, inboxPrefix: inbox };
}
