import type { AlarmState } from '../../aws/alarms.ts';
import { alarmsOf } from '../../fleet/alarms.ts';
import type { Collector } from '../collector.ts';

export interface AlarmsEvidence {
  /** Of the definition's alarms, those that CloudWatch knows. */
  alarms: AlarmState[];
  /** Of the cluster: `disabled`, `enabled`, `enhanced`; undefined when there is none. */
  containerInsights: string | undefined;
}

export const alarms: Collector<'alarms'> = {
  id: 'alarms',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const names = alarmsOf(fleet, fleet.services).map(({ name }) => name);
    const [described, containerInsights] = await Promise.all([
      aws.alarms.describe(names),
      aws.cluster.containerInsights(),
    ]);
    return { alarms: described, containerInsights };
  },
};
