import { type AlarmsSeen, alarmsSeen } from '../../aws/alarms-seen.ts';
import type { Collector } from '../collector.ts';

/** Of the definition's alarms, those that CloudWatch knows, and those that are beside them. */
export type AlarmsEvidence = AlarmsSeen;

export const alarms: Collector<'alarms'> = {
  id: 'alarms',
  budget: 15_000,
  collect: ({ fleet, aws, now }) => alarmsSeen(fleet, fleet.services, aws, now()),
};
