import type { NatsConnection } from 'nats';
import type { Answer } from '../../connection-fault.ts';
import type { NatsNode } from '../../fleet/fleet.ts';
import { liveConnections } from '../../nats/connections.ts';

export interface ClientsAnswer {
  node: string;
  answer: Answer<{ all: number; encrypted: number }>;
}

/** How many clients each node has, and how many of them speak TLS: told by the node of each connection, not by its configuration. */
export async function lookAtClients(
  nodes: NatsNode[],
  system: (node: NatsNode) => Promise<NatsConnection>,
): Promise<ClientsAnswer[]> {
  const told = await liveConnections(nodes, { system });
  return told.map((one) => ({
    node: one.node,
    answer:
      one.connections === undefined
        ? { ok: false, fault: 'protocol', why: one.why }
        : {
            ok: true,
            value: {
              all: one.connections.length,
              encrypted: one.connections.filter(({ tls }) => tls !== undefined).length,
            },
          },
  }));
}
