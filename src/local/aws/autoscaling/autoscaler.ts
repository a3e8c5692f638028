import type { AlarmBook, ScalableServices } from '../../ports.ts';
import type { AwsContext } from '../context.ts';
import type { ActivityLog } from './activity-log.ts';
import type { PolicyRecord, Records } from './records.ts';

export interface AutoscalingOptions
  extends Pick<AwsContext, 'region' | 'account' | 'clock' | 'randomId' | 'store'> {
  /** Scheduler milliseconds: what cooldowns are counted in. */
  elapsed(): number;
  services: ScalableServices;
  /** Where policies keep their alarms. */
  alarms: AlarmBook;
}

/** What the operations stand on. */
export interface Autoscaler {
  records: Records;
  services: ScalableServices;
  alarms: AlarmBook;
  log: ActivityLog;
  context: Omit<AutoscalingOptions, 'services' | 'alarms'>;
  /** With its alarms. */
  removePolicy(policy: PolicyRecord): Promise<void>;
}
