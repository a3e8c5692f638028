import type { ContractEvidence } from '../probe/contract.ts';
import type { Instance } from '../probe/instances.ts';
import type { AccountEvidence } from './collectors/account.ts';
import type { AlarmsEvidence } from './collectors/alarms.ts';
import type { AlertTopicEvidence } from './collectors/alert-topic.ts';
import type { AuthoritiesEvidence } from './collectors/authorities.ts';
import type { DefinitionEvidence } from './collectors/definition-check.ts';
import type { DefinitionsEvidence } from './collectors/definitions.ts';
import type { ErrorLinesEvidence } from './collectors/error-lines.ts';
import type { GatewayEvidence } from './collectors/gateway.ts';
import type { GenerationsEvidence } from './collectors/generations.ts';
import type { InventoryEvidence } from './collectors/inventory.ts';
import type { LogGroupsEvidence } from './collectors/log-groups.ts';
import type { CanaryEvidence } from './collectors/nats-canary.ts';
import type { ConnectionsEvidence } from './collectors/nats-connections.ts';
import type { ListenerEvidence } from './collectors/nats-listeners.ts';
import type { MonitorEvidence } from './collectors/nats-monitors.ts';
import type { PairsEvidence } from './collectors/nats-pairs.ts';
import type { PermissionsEvidence } from './collectors/nats-permissions.ts';
import type { StrangerEvidence } from './collectors/nats-strangers.ts';
import type { SystemEvidence } from './collectors/nats-system.ts';
import type { OverridesEvidence } from './collectors/overrides.ts';
import type { PastEvidence } from './collectors/past.ts';
import type { CanariesEvidence } from './collectors/redis-canaries.ts';
import type { RedisListenersEvidence } from './collectors/redis-listeners.ts';
import type { RedisEvidence } from './collectors/redis-nodes.ts';
import type { ReleaseEvidence } from './collectors/releases.ts';
import type { ScalingEvidence } from './collectors/scaling.ts';
import type { ServicesEvidence } from './collectors/services.ts';
import type { TasksEvidence } from './collectors/tasks.ts';

export type { Answer } from '../connection-fault.ts';

/** Everything that verify looks at, by source. Plain data, so that it can be written down and judged again. */
export interface Evidence {
  'definition-check': DefinitionEvidence;
  past: PastEvidence;
  account: AccountEvidence;
  services: ServicesEvidence;
  definitions: DefinitionsEvidence;
  tasks: TasksEvidence;
  releases: ReleaseEvidence;
  overrides: OverridesEvidence;
  generations: GenerationsEvidence;
  inventory: InventoryEvidence;
  authorities: AuthoritiesEvidence;
  scaling: ScalingEvidence;
  'log-groups': LogGroupsEvidence;
  'error-lines': ErrorLinesEvidence;
  'nats-listeners': ListenerEvidence[];
  'nats-strangers': StrangerEvidence[];
  'nats-monitors': MonitorEvidence[];
  'nats-system': SystemEvidence[];
  'nats-connections': ConnectionsEvidence;
  'nats-pairs': PairsEvidence;
  'nats-permissions': PermissionsEvidence;
  'nats-canary': CanaryEvidence;
  'redis-nodes': RedisEvidence;
  'redis-canaries': CanariesEvidence;
  'redis-listeners': RedisListenersEvidence;
  instances: Instance[];
  contracts: ContractEvidence[];
  gateway: GatewayEvidence;
  alarms: AlarmsEvidence;
  'alert-topic': AlertTopicEvidence;
}

export type SourceId = keyof Evidence;

/** A source that gave nothing, and why. */
export interface Missing {
  missing: string;
  /** Commands to type. */
  remedy?: string[];
}

export interface Collected<T> {
  evidence: T | Missing;
  /** When it was complete. */
  at: Date;
}

export type EvidenceSet = { [Id in SourceId]?: Collected<Evidence[Id]> };

export function isMissing(evidence: object): evidence is Missing {
  return 'missing' in evidence && typeof evidence.missing === 'string';
}
