import type { Alarms } from '../aws/alarms.ts';
import type { Autoscaling } from '../aws/autoscaling.ts';
import type { ApiCalls } from '../aws/clients.ts';
import type { Cluster } from '../aws/cluster.ts';
import type { Ecs } from '../aws/ecs.ts';
import type { EcsChanges } from '../aws/ecs-changes.ts';
import type { LogGroups } from '../aws/log-groups.ts';
import type { Logs } from '../aws/logs.ts';
import type { Metrics } from '../aws/metrics.ts';
import type { Mutes } from '../aws/mutes.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { Sns } from '../aws/sns.ts';
import type { Ssm } from '../aws/ssm.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NatsSessions } from '../nats/sessions.ts';

/** What verify needs of AWS; every call is a read. */
export interface VerifyAws {
  changes: Pick<EcsChanges, 'taskDefinition'>;
  ecs: Pick<Ecs, 'listServices' | 'describeServices' | 'taskArns' | 'describeTasks'>;
  logs: Pick<Logs, 'streamNames' | 'tail' | 'eventPage'>;
  logGroups: LogGroups;
  secrets: Pick<Secrets, 'value'>;
  alarms: Pick<Alarms, 'describe' | 'composites' | 'telling'>;
  mutes: Pick<Mutes, 'active'>;
  cluster: Cluster;
  metrics: Pick<Metrics, 'read'>;
  sns: Pick<Sns, 'subscribers'>;
  ssm: Pick<Ssm, 'children' | 'get'>;
  scaling: Pick<Autoscaling, 'targets' | 'policies'>;
  /** @throws GsysError WRONG_ACCOUNT */
  checkAccount(): Promise<{ account: string; arn: string }>;
  calls: ApiCalls;
}

export interface VerifyContext {
  fleet: Fleet;
  aws: VerifyAws;
  nats: NatsSessions;
  signal: AbortSignal;
  now(): Date;
}
