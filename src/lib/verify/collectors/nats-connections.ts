import { liveConnections, type NodeConnections } from '../../nats/connections.ts';
import type { Collector } from '../collector.ts';

/** Who is connected now, as each node tells, with what they are subscribed to. */
export type ConnectionsEvidence = NodeConnections[];

export const natsConnections: Collector<'nats-connections'> = {
  id: 'nats-connections',
  budget: 8000,
  collect: ({ fleet, nats }) => liveConnections(fleet.environment.nats.nodes, nats, { subscriptions: true }),
};
