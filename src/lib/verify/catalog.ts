import type { Check } from './check.ts';
import { account } from './checks/account.ts';
import { alarmsDefined } from './checks/alarms-defined.ts';
import { alarmsSilences } from './checks/alarms-silences.ts';
import { alarmsState } from './checks/alarms-state.ts';
import { alarmsStrays } from './checks/alarms-strays.ts';
import { alarmsSubscriber } from './checks/alarms-subscriber.ts';
import { clock } from './checks/clock.ts';
import { contract } from './checks/contract.ts';
import { gatewayReady } from './checks/gateway-ready.ts';
import { gatewayRoute } from './checks/gateway-route.ts';
import { health } from './checks/health.ts';
import { instances } from './checks/instances.ts';
import { inventory } from './checks/inventory.ts';
import { logGroup } from './checks/log-group.ts';
import { logStreams } from './checks/log-streams.ts';
import { natsCertificates } from './checks/nats-certificates.ts';
import { natsMesh } from './checks/nats-mesh.ts';
import { natsMeta } from './checks/nats-meta.ts';
import { natsMtls } from './checks/nats-mtls.ts';
import { natsReach } from './checks/nats-reach.ts';
import { natsStrangers } from './checks/nats-strangers.ts';
import { natsStreams } from './checks/nats-streams.ts';
import { redisPersistence } from './checks/redis-persistence.ts';
import { redisReach } from './checks/redis-reach.ts';
import { redisReplication } from './checks/redis-replication.ts';
import { redisSlots } from './checks/redis-slots.ts';
import { revision } from './checks/revision.ts';
import { rollout } from './checks/rollout.ts';
import { running } from './checks/running.ts';
import { scaling } from './checks/scaling.ts';
import { stops } from './checks/stops.ts';
import type { Collector } from './collector.ts';
import { account as accountSource } from './collectors/account.ts';
import { alarms } from './collectors/alarms.ts';
import { alertTopic } from './collectors/alert-topic.ts';
import { contracts } from './collectors/contracts.ts';
import { gateway } from './collectors/gateway.ts';
import { instances as instancesSource } from './collectors/instances.ts';
import { logGroups } from './collectors/log-groups.ts';
import { natsListeners } from './collectors/nats-listeners.ts';
import { natsStrangers as natsStrangersSource } from './collectors/nats-strangers.ts';
import { natsSystem } from './collectors/nats-system.ts';
import { overrides } from './collectors/overrides.ts';
import { redisNodes } from './collectors/redis-nodes.ts';
import { releases } from './collectors/releases.ts';
import { scaling as scalingSource } from './collectors/scaling.ts';
import { services } from './collectors/services.ts';
import { tasks } from './collectors/tasks.ts';
import type { SourceId } from './evidence.ts';

/** Every check, causes before consequences. Adding one is a file in checks/ and a line here. */
export const CHECKS: readonly Check[] = [
  account,
  inventory,
  running,
  scaling,
  rollout,
  health,
  revision,
  stops,
  logGroup,
  logStreams,
  natsReach,
  natsMtls,
  natsStrangers,
  natsCertificates,
  natsMesh,
  natsMeta,
  natsStreams,
  redisReach,
  redisSlots,
  redisReplication,
  redisPersistence,
  instances,
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
  account: accountSource,
  services,
  tasks,
  releases,
  overrides,
  scaling: scalingSource,
  'log-groups': logGroups,
  'nats-listeners': natsListeners,
  'nats-strangers': natsStrangersSource,
  'nats-system': natsSystem,
  'redis-nodes': redisNodes,
  instances: instancesSource,
  contracts,
  gateway,
  alarms,
  'alert-topic': alertTopic,
};

/** Sources that are read with AWS credentials: another account's answers would be about another fleet. */
export const AWS_SOURCES: readonly SourceId[] = [
  'services',
  'tasks',
  'releases',
  'overrides',
  'scaling',
  'log-groups',
  'redis-nodes',
  'alarms',
  'alert-topic',
];
