import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import { OPERATOR } from '../../fleet/identity.ts';
import { inboxPrefix } from '../../nats/permissions.ts';
import type { Belongings, NatsTarget } from '../target.ts';
import {
  fleetOf,
  givenBelongings,
  isAt,
  type Means,
  operatorBelongings,
  oursIn,
  unknownTarget,
} from './means.ts';
import { isUrl, parseServerUrl, type Schemes } from './server-url.ts';

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
  const { nodes } = environment.nats;
  const found = nodes.find(
    (node) => node.name === named || isAt({ host: node.host, port: node.clientPort }, named),
  );
  if (found !== undefined) return found;
  throw unknownTarget(
    'NATS node',
    named,
    nodes.map(({ name }) => name),
  );
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
  const { name, host, port, tls, login } = parseServerUrl(named, SCHEMES);
  const belongings = await givenBelongings(means);
  // Whoever brings a certificate wants it to be asked for.
  const wanted = belongings.cert === undefined ? tls : 'demanded';
  return {
    ...{ name, host, port, tls: wanted, belongings, ours: undefined, login, expected: undefined },
    inboxPrefix: means.asOperator ? inboxPrefix(OPERATOR) : '_INBOX',
  };
}
