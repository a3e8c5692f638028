import type { NatsConnection } from 'nats';
import { type Answer, answerOf } from '../../connection-fault.ts';
import type { NatsNode } from '../../fleet/fleet.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { askServer } from '../../nats/system.ts';

/** What a NATS node says of itself. */
export interface NodeLook {
  id: string;
  version: string;
  /** ISO 8601; new with each start, and with it all counts. */
  startedAt: string;
  /** Ids of the servers that it has a route to, each once. */
  peers: string[];
  /** Of JetStream's meta group, as it sees it. */
  leader: string | undefined;
  clients: number;
  /** Counts since its start. */
  messages: number;
  bytes: number;
  slowConsumers: number;
  /** Bytes, and percent of one core. */
  memory: number;
  cpu: number;
  /** Bytes that JetStream stores, and may; undefined without JetStream. */
  storage: { used: number; most: number } | undefined;
}

export interface NodeAnswer {
  node: string;
  answer: Answer<NodeLook>;
}

/** Every node of the definition, asked by itself in the system account: one that is silent is an answer too. */
export async function lookAtNodes(
  nodes: NatsNode[],
  system: (node: NatsNode) => Promise<NatsConnection>,
): Promise<NodeAnswer[]> {
  return await Promise.all(
    nodes.map(async (node) => ({ node: node.name, answer: await answerOf(lookAt(node, system)) })),
  );
}

async function lookAt(
  node: NatsNode,
  system: (node: NatsNode) => Promise<NatsConnection>,
): Promise<NodeLook> {
  const session = await system(node);
  const [varz, routez] = await Promise.all([
    askServer(session, 'VARZ', NATS_TIMEOUT),
    askServer(session, 'ROUTEZ', NATS_TIMEOUT),
  ]);
  const { config, stats, meta } = varz.jetstream ?? {};
  return {
    id: varz.server_id,
    version: varz.version,
    startedAt: varz.start,
    // Pooling makes several routes a peer.
    peers: [...new Set((routez.routes ?? []).map(({ remote_id }) => remote_id))],
    leader: meta?.leader,
    clients: varz.connections,
    messages: varz.in_msgs + varz.out_msgs,
    bytes: varz.in_bytes + varz.out_bytes,
    slowConsumers: varz.slow_consumers,
    memory: varz.mem,
    cpu: varz.cpu,
    storage: config && stats && { used: stats.storage, most: config.max_storage },
  };
}
