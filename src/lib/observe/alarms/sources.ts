import { type Alarms, alarms } from '../../aws/alarms.ts';
import type { AwsAccess } from '../../aws/clients.ts';
import { type Cluster, cluster } from '../../aws/cluster.ts';
import { type Metrics, metrics } from '../../aws/metrics.ts';
import { type Mutes, mutes } from '../../aws/mutes.ts';
import { type Sns, sns } from '../../aws/sns.ts';

/** The AWS that alarms live in. */
export interface AlarmSources {
  alarms: Alarms;
  mutes: Mutes;
  cluster: Cluster;
  metrics: Metrics;
  sns: Sns;
}

export function alarmSources(access: AwsAccess): AlarmSources {
  return {
    alarms: alarms(access),
    mutes: mutes(access),
    cluster: cluster(access),
    metrics: metrics(access),
    sns: sns(access),
  };
}
