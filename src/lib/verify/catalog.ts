import type { Check } from './check.ts';
import { account } from './checks/account.ts';
import { alarmsDefined } from './checks/alarms-defined.ts';
import { alarmsSilences } from './checks/alarms-silences.ts';
import { alarmsState } from './checks/alarms-state.ts';
import { alarmsStrays } from './checks/alarms-strays.ts';
import { alarmsSubscriber } from './checks/alarms-subscriber.ts';
import { clock } from './checks/clock.ts';
import { contract } from './checks/contract.ts';
import { definitionComplete } from './checks/definition-complete.ts';
import { definitionDeployed } from './checks/definition-deployed.ts';
import { definitionServices } from './checks/definition-services.ts';
import { drift } from './checks/drift.ts';
import { gatewayReady } from './checks/gateway-ready.ts';
import { gatewayRoute } from './checks/gateway-route.ts';
import { health } from './checks/health.ts';
import { identity } from './checks/identity.ts';
import { instances } from './checks/instances.ts';
import { inventory } from './checks/inventory.ts';
import { logErrors } from './checks/log-errors.ts';
import { logGroup } from './checks/log-group.ts';
import { logStreams } from './checks/log-streams.ts';
import { natsCanary } from './checks/nats-canary.ts';
import { natsCertificates } from './checks/nats-certificates.ts';
import { natsClients } from './checks/nats-clients.ts';
import { natsClock } from './checks/nats-clock.ts';
import { natsConfig } from './checks/nats-config.ts';
import { natsConsumers } from './checks/nats-consumers.ts';
import { natsData } from './checks/nats-data.ts';
import { natsDeadLetters } from './checks/nats-dead-letters.ts';
import { natsDials } from './checks/nats-dials.ts';
import { natsIssued } from './checks/nats-issued.ts';
import { natsLoad } from './checks/nats-load.ts';
import { natsMesh } from './checks/nats-mesh.ts';
import { natsMeta } from './checks/nats-meta.ts';
import { natsMonitoring } from './checks/nats-monitoring.ts';
import { natsMtls } from './checks/nats-mtls.ts';
import { natsPermissions } from './checks/nats-permissions.ts';
import { natsReach } from './checks/nats-reach.ts';
import { natsStorage } from './checks/nats-storage.ts';
import { natsStrangers } from './checks/nats-strangers.ts';
import { natsStreams } from './checks/nats-streams.ts';
import { natsVersion } from './checks/nats-version.ts';
import { redisCanary } from './checks/redis-canary.ts';
import { redisCertificates } from './checks/redis-certificates.ts';
import { redisEvictions } from './checks/redis-evictions.ts';
import { redisFailovers } from './checks/redis-failovers.ts';
import { redisMemory } from './checks/redis-memory.ts';
import { redisPersistence } from './checks/redis-persistence.ts';
import { redisPlacement } from './checks/redis-placement.ts';
import { redisReach } from './checks/redis-reach.ts';
import { redisReplication } from './checks/redis-replication.ts';
import { redisSlots } from './checks/redis-slots.ts';
import { redisStrangers } from './checks/redis-strangers.ts';
import { revision } from './checks/revision.ts';
import { rollout } from './checks/rollout.ts';
import { running } from './checks/running.ts';
import { scaling } from './checks/scaling.ts';
import { stops } from './checks/stops.ts';
import { subscriptions } from './checks/subscriptions.ts';
import { tlsAuthorities } from './checks/tls-authorities.ts';
import type { Collector } from './collector.ts';
import { account as accountSource } from './collectors/account.ts';
import { alarms } from './collectors/alarms.ts';
import { alertTopic } from './collectors/alert-topic.ts';
import { authorities } from './collectors/authorities.ts';
import { contracts } from './collectors/contracts.ts';
import { definitionCheck } from './collectors/definition-check.ts';
import { definitions } from './collectors/definitions.ts';
import { errorLines } from './collectors/error-lines.ts';
import { gateway } from './collectors/gateway.ts';
import { generations } from './collectors/generations.ts';
import { instances as instancesSource } from './collectors/instances.ts';
import { inventory as inventorySource } from './collectors/inventory.ts';
import { logGroups } from './collectors/log-groups.ts';
import { natsCanary as natsCanarySource } from './collectors/nats-canary.ts';
import { natsConnections } from './collectors/nats-connections.ts';
import { natsListeners } from './collectors/nats-listeners.ts';
import { natsMonitors } from './collectors/nats-monitors.ts';
import { natsPairs } from './collectors/nats-pairs.ts';
import { natsPermissions as natsPermissionsSource } from './collectors/nats-permissions.ts';
import { natsStrangers as natsStrangersSource } from './collectors/nats-strangers.ts';
import { natsSystem } from './collectors/nats-system.ts';
import { overrides } from './collectors/overrides.ts';
import { past } from './collectors/past.ts';
import { redisCanaries } from './collectors/redis-canaries.ts';
import { redisListeners } from './collectors/redis-listeners.ts';
import { redisNodes } from './collectors/redis-nodes.ts';
import { releases } from './collectors/releases.ts';
import { scaling as scalingSource } from './collectors/scaling.ts';
import { services } from './collectors/services.ts';
import { tasks } from './collectors/tasks.ts';
import type { SourceId } from './evidence.ts';

/** Every check, causes before consequences. Adding one is a file in checks/ and a line here. */
export const CHECKS: readonly Check[] = [
  definitionComplete,
  definitionServices,
  account,
  definitionDeployed,
  inventory,
  running,
  scaling,
  rollout,
  health,
  revision,
  drift,
  stops,
  logGroup,
  logStreams,
  logErrors,
  tlsAuthorities,
  natsReach,
  natsMtls,
  natsStrangers,
  natsMonitoring,
  natsCertificates,
  natsIssued,
  natsConfig,
  natsPermissions,
  natsClients,
  natsVersion,
  natsClock,
  natsLoad,
  natsMesh,
  natsDials,
  natsData,
  natsStorage,
  natsMeta,
  natsCanary,
  natsStreams,
  natsConsumers,
  natsDeadLetters,
  redisReach,
  redisStrangers,
  redisCertificates,
  redisSlots,
  redisReplication,
  redisPlacement,
  redisFailovers,
  redisPersistence,
  redisMemory,
  redisEvictions,
  redisCanary,
  instances,
  identity,
  subscriptions,
  contract,
  clock,
  gatewayReady,
  gatewayRoute,
  alarmsDefined,
  alarmsState,
  alarmsStrays,
  alarmsSilences,
  alarmsSubscriber,
];

export const COLLECTORS: { readonly [Id in SourceId]: Collector<Id> } = {
  'definition-check': definitionCheck,
  past,
  account: accountSource,
  services,
  definitions,
  tasks,
  releases,
  overrides,
  generations,
  inventory: inventorySource,
  authorities,
  scaling: scalingSource,
  'log-groups': logGroups,
  'error-lines': errorLines,
  'nats-listeners': natsListeners,
  'nats-strangers': natsStrangersSource,
  'nats-monitors': natsMonitors,
  'nats-system': natsSystem,
  'nats-connections': natsConnections,
  'nats-pairs': natsPairs,
  'nats-permissions': natsPermissionsSource,
  'nats-canary': natsCanarySource,
  'redis-nodes': redisNodes,
  'redis-canaries': redisCanaries,
  'redis-listeners': redisListeners,
  instances: instancesSource,
  contracts,
  gateway,
  alarms,
  'alert-topic': alertTopic,
};

/** Sources that are read with AWS credentials: another account's answers would be about another fleet. */
export const AWS_SOURCES: readonly SourceId[] = [
  'services',
  'definitions',
  'tasks',
  'releases',
  'overrides',
  'generations',
  'inventory',
  'scaling',
  'log-groups',
  'error-lines',
  'redis-nodes',
  'redis-canaries',
  'alarms',
  'alert-topic',
];
