import type { FoundAlarm } from '../../aws/alarm-shapes.ts';
import { besideFound, ownAlarmsSeen } from '../../aws/alarms-seen.ts';
import type { Mute } from '../../aws/mutes.ts';
import type { AlarmActions, Watching } from '../../fleet/alarms.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import type { AlarmSources } from './sources.ts';

/** One alarm of the definition as it is now. */
export interface ListedAlarm extends Watching {
  alarm: string;
  /** `paging`: it fires when one of the others does, and alone tells anybody. */
  kind: string;
  /** OK, ALARM, INSUFFICIENT_DATA, or MISSING where CloudWatch has no such alarm. */
  state: string;
  /** When it came into its state. */
  since?: string;
  reason: string;
  actionsEnabled: boolean;
  actions: AlarmActions;
  /** Who has silenced it, when and why, and until when. */
  silenced?: { description: string; until?: string };
}

/** Every alarm of the definition, a service's paging alarm before those that it looks at. */
export async function listAlarms(
  fleet: Fleet,
  services: Service[],
  sources: AlarmSources,
): Promise<ListedAlarm[]> {
  const seen = await ownAlarmsSeen(fleet, services, sources, new Date());
  const { metric, paging } = besideFound(fleet, services, seen);
  const listed = [...paging, ...metric].map(({ wanted, found }) => {
    const mute = seen.mutes.find(({ alarms }) => alarms.includes(wanted.name));
    return listedAlarm(wanted, found, mute);
  });
  const order = [...services.map(({ name }) => name), undefined];
  return order.flatMap((name) => listed.filter(({ service }) => service === name));
}

function listedAlarm(
  { name, kind, service, ecsService }: Watching & { name: string; kind: string },
  found: FoundAlarm | undefined,
  mute: Mute | undefined,
): ListedAlarm {
  return {
    alarm: name,
    ...(service !== undefined && { service }),
    ...(ecsService !== undefined && { ecsService }),
    kind,
    state: found?.state ?? 'MISSING',
    ...(found?.since && { since: found.since.toISOString() }),
    reason: found?.reason ?? 'there is no such alarm',
    actionsEnabled: found?.actionsEnabled ?? false,
    actions: found?.actions ?? { ok: [], alarm: [], insufficientData: [] },
    ...(mute && {
      silenced: {
        description: mute.description,
        ...(mute.until && { until: mute.until.toISOString() }),
      },
    }),
  };
}
