import type { Autoscaling } from '../aws/autoscaling.ts';
import type { ApiCalls } from '../aws/clients.ts';
import type { Ecs } from '../aws/ecs.ts';
import type { ExistingAlarms } from '../aws/existing-alarms.ts';
import type { LogGroups } from '../aws/log-groups.ts';
import type { Logs } from '../aws/logs.ts';
import type { Secrets } from '../aws/secrets.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NatsSessions } from './sessions.ts';

/** What verify needs of AWS; every call is a read. */
export interface VerifyAws {
  ecs: Pick<Ecs, 'listServices' | 'describeServices' | 'taskArns' | 'describeTasks'>;
  logs: Pick<Logs, 'streamNames' | 'tail'>;
  logGroups: LogGroups;
  secrets: Pick<Secrets, 'value'>;
  scaling: Pick<Autoscaling, 'targets' | 'policies'>;
  existingAlarms: ExistingAlarms;
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
