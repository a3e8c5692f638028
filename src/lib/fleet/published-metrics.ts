import type { Fleet, Service } from './fleet.ts';

/** What AWS counts for nobody, and `gsys alarms publish` does: named here, so that publisher and alarms cannot disagree. */
export const PUBLISHED_NAMESPACE = 'Gsys';

/** Metrics of the fleet as a whole: the worst of all that were looked at. */
export const FLEET_METRICS = {
  /** One for every run of the publisher. */
  heartbeat: { name: 'Heartbeat', unit: 'Count' },
  /** Of the certificate that ends first. */
  certificateDays: { name: 'CertificateDaysLeft', unit: 'Count' },
  /** Of what a node may store. */
  jetstream: { name: 'JetStreamStorage', unit: 'Percent' },
  /** Distinct peers that a node is connected to. */
  peers: { name: 'NatsPeers', unit: 'Count' },
  deadLetters: { name: 'DeadLetters', unit: 'Count' },
  /** Of what a node may hold. */
  redisMemory: { name: 'RedisMemory', unit: 'Percent' },
  /** Keys that went since the last run, over all nodes. */
  redisEvictions: { name: 'RedisEvictions', unit: 'Count' },
} as const;

/** Metrics of one service. */
export const SERVICE_METRICS = {
  /** Lines of level error and above since the last run. */
  errorLogs: { name: 'ErrorLogs', unit: 'Count' },
  /** Of a gateway: answers with 500 and above since the last run. */
  gatewayErrors: { name: 'GatewayErrors', unit: 'Count' },
  /** Of a gateway: how long it took to answer a service's probe. */
  gatewayLatency: { name: 'GatewayLatency', unit: 'Milliseconds' },
} as const;

export type PublishedMetric =
  | (typeof FLEET_METRICS)[keyof typeof FLEET_METRICS]
  | (typeof SERVICE_METRICS)[keyof typeof SERVICE_METRICS];

/** Several fleets, and several environments of one, may live in one account. */
export function publishedDimensions(
  { name, environment }: Pick<Fleet, 'name' | 'environment'>,
  service?: Pick<Service, 'ecsService'>,
): Record<string, string> {
  return {
    Fleet: name,
    Environment: environment.name,
    ...(service !== undefined && { ServiceName: service.ecsService }),
  };
}
