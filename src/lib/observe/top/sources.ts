import type { AwsAccess } from '../../aws/clients.ts';
import { type Ecs, ecs } from '../../aws/ecs.ts';
import { type Logs, logs } from '../../aws/logs.ts';
import { type Secrets, secrets } from '../../aws/secrets.ts';
import type { NatsSessions } from '../../nats/sessions.ts';
import { type AlarmSources, alarmSources } from '../alarms/sources.ts';
import { type FollowSources, followSources } from '../follow/sources.ts';
import { keepSessions } from './keep-sessions.ts';

/** Where the watch gets everything from; reads only. */
export interface TopSources {
  ecs: Pick<Ecs, 'describeServices' | 'tasks'>;
  alarms: AlarmSources;
  logs: Pick<Logs, 'streamNames' | 'readStream'>;
  secrets: Pick<Secrets, 'value'>;
  follow(signal: AbortSignal): FollowSources;
  nats: NatsSessions;
}

export function topSources(access: AwsAccess): TopSources {
  return {
    ecs: ecs(access),
    alarms: alarmSources(access),
    logs: logs(access),
    secrets: secrets(access),
    follow: followSources(access),
    nats: keepSessions(access.environment),
  };
}
