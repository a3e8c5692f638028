import type { NatsConnection } from 'nats';
import type { Answer } from '../../connection-fault.ts';
import type { NatsNode } from '../../fleet/fleet.ts';
import { isSettled, liveConnections } from '../../nats/connections.ts';

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
  const now = new Date();
  return told.map((one) => {
    if (one.connections === undefined)
      return { node: one.node, answer: { ok: false, fault: 'protocol', why: one.why } };
    // One that is still shaking hands is no client without TLS.
    const come = one.connections.filter(({ tls, start }) => tls !== undefined || isSettled({ start }, now));
    const encrypted = come.filter(({ tls }) => tls !== undefined).length;
    return { node: one.node, answer: { ok: true, value: { all: come.length, encrypted } } };
  });
}
