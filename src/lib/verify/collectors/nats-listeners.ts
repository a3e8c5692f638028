import type { NatsNode } from '../../fleet/fleet.ts';
import { type Credentials, type HandshakeTarget, type Info, shakeHands } from '../../nats/handshake.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { type CertificateFacts, inspect } from '../../pki/inspect.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';
import { operatorOf } from '../operator.ts';

/** What a node tells everybody who connects. */
export interface Announced {
  serverId: string;
  serverName: string;
  cluster: string | undefined;
  tlsRequired: boolean;
}

export interface Served {
  protocol: string;
  /** Why its certificate is not to be trusted; undefined when it is. */
  untrusted: string | undefined;
  leaf: CertificateFacts;
}

/** A fresh handshake with each listener of a node. */
export interface ListenerEvidence {
  node: string;
  announced: Answer<Announced>;
  client: Answer<Served>;
  route: Answer<Served>;
}

export const natsListeners: Collector<'nats-listeners'> = {
  id: 'nats-listeners',
  budget: 8000,
  async collect({ fleet }) {
    const credentials = operatorOf(fleet);
    return await Promise.all(fleet.environment.nats.nodes.map((node) => listen(node, credentials)));
  },
};

async function listen(node: NatsNode, credentials: Credentials): Promise<ListenerEvidence> {
  let announced: Announced | undefined;
  const [client, route] = await Promise.all([
    answerOf(
      serve(
        { ...node, listener: 'client', port: node.clientPort, timeout: NATS_TIMEOUT },
        credentials,
        (info) => {
          announced = announcement(info);
        },
      ),
    ),
    answerOf(serve({ ...node, listener: 'route', port: node.routePort, timeout: NATS_TIMEOUT }, credentials)),
  ]);
  // Without an announcement the handshake cannot have succeeded: it begins with one.
  const heard = announced === undefined ? (client as Answer<never>) : { ok: true as const, value: announced };
  return { node: node.name, announced: heard, client, route };
}

async function serve(
  target: HandshakeTarget,
  credentials: Credentials,
  heard?: (info: Info) => void,
): Promise<Served> {
  const { leaf, protocol, untrusted } = await shakeHands(target, credentials, heard);
  return { protocol, untrusted, leaf: inspect(leaf) };
}

function announcement(info: Info): Announced {
  return {
    serverId: info.server_id,
    serverName: info.server_name,
    cluster: info.cluster,
    tlsRequired: info.tls_required === true,
  };
}
