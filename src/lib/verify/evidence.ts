import type { ContractEvidence } from '../probe/contract.ts';
import type { Instance } from '../probe/instances.ts';
import type { AccountEvidence } from './collectors/account.ts';
import type { AlarmsEvidence } from './collectors/alarms.ts';
import type { AlertTopicEvidence } from './collectors/alert-topic.ts';
import type { GatewayEvidence } from './collectors/gateway.ts';
import type { LogGroupsEvidence } from './collectors/log-groups.ts';
import type { ListenerEvidence } from './collectors/nats-listeners.ts';
import type { StrangerEvidence } from './collectors/nats-strangers.ts';
import type { SystemEvidence } from './collectors/nats-system.ts';
import type { OverridesEvidence } from './collectors/overrides.ts';
import type { RedisEvidence } from './collectors/redis-nodes.ts';
import type { ReleaseEvidence } from './collectors/releases.ts';
import type { ScalingEvidence } from './collectors/scaling.ts';
import type { ServicesEvidence } from './collectors/services.ts';
import type { TasksEvidence } from './collectors/tasks.ts';

export type { Answer } from '../connection-fault.ts';

/** Everything that verify looks at, by source. Plain data, so that it can be written down and judged again. */
export interface Evidence {
  account: AccountEvidence;
  services: ServicesEvidence;
  tasks: TasksEvidence;
  releases: ReleaseEvidence;
  overrides: OverridesEvidence;
  scaling: ScalingEvidence;
  'log-groups': LogGroupsEvidence;
  'nats-listeners': ListenerEvidence[];
  'nats-strangers': StrangerEvidence[];
  'nats-system': SystemEvidence[];
  'redis-nodes': RedisEvidence;
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
