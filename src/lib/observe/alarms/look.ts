import type { Fleet, Service } from '../../fleet/fleet.ts';
import { gatherAlarms } from './gather.ts';
import { type AlarmChange, type AlarmPlan, planAlarms } from './plan.ts';
import type { AlarmSources } from './sources.ts';

/** One look at the alarms of services, next to the definition. */
export async function lookAtAlarms(
  fleet: Fleet,
  services: Service[],
  sources: AlarmSources,
): Promise<{ plan: AlarmPlan; changes: AlarmChange[] }> {
  return planAlarms(await gatherAlarms(fleet, services, sources), fleet.environment);
}
