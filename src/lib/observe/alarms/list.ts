import type { AlarmActions } from '../../fleet/alarms.ts';
import { alarmsOf } from '../../fleet/alarms.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { besideFound } from './gather.ts';
import type { AlarmSources } from './sources.ts';

/** One alarm of the definition as it is now. */
export interface ListedAlarm {
  alarm: string;
  service: string;
  ecsService: string;
  /** OK, ALARM, INSUFFICIENT_DATA, or MISSING where CloudWatch has no such alarm. */
  state: string;
  /** When it came into its state. */
  since?: string;
  reason: string;
  actionsEnabled: boolean;
  actions: AlarmActions;
}

/** Every alarm of the definition, in one request for a hundred. */
export async function listAlarms(
  fleet: Fleet,
  services: Service[],
  { alarms }: Pick<AlarmSources, 'alarms'>,
): Promise<ListedAlarm[]> {
  const pairs = await besideFound(alarmsOf(fleet, services), alarms);
  return pairs.map(({ wanted: { name, service, ecsService }, found }) => ({
    ...{ alarm: name, service, ecsService },
    state: found?.state ?? 'MISSING',
    ...(found?.since && { since: found.since.toISOString() }),
    reason: found?.reason ?? 'there is no such alarm',
    actionsEnabled: found?.actionsEnabled ?? false,
    actions: found?.actions ?? { ok: [], alarm: [], insufficientData: [] },
  }));
}
