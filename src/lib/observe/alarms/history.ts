import type { AlarmEvent, Alarms } from '../../aws/alarms.ts';
import { definedAlarms } from '../../fleet/alarms.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { pagingAlarms } from '../../fleet/paging-alarms.ts';
import { alarmNamed } from './named.ts';

/** What happened to an alarm. */
export interface HistoryEntry {
  at: string;
  alarm: string;
  /** `state`: it changed it; `action`: it told somebody, or could not; `configuration`: it was put or deleted. */
  what: 'state' | 'action' | 'configuration';
  summary: string;
  /** Of a change of state: why. */
  reason?: string;
}

export interface History {
  /** Newest first. */
  entries: HistoryEntry[];
  /** How many there are in all. */
  total: number;
}

/**
 * What happened to one alarm, or to all of the definition's.
 * @param limit of entries, the newest
 */
export async function alarmHistory(
  fleet: Fleet,
  { name, since, limit }: { name: string | undefined; since: Date; limit: number },
  alarms: Pick<Alarms, 'events'>,
): Promise<History> {
  const alarm = name === undefined ? undefined : alarmNamed(fleet, name).name;
  const own = new Set(
    [...definedAlarms(fleet, fleet.services), ...pagingAlarms(fleet, fleet.services, () => true)].map(
      (one) => one.name,
    ),
  );
  const events = (await alarms.events({ alarm, since })).filter((event) => own.has(event.alarm));
  const newest = events.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return { entries: newest.slice(0, limit).map(entryOf), total: events.length };
}

const KINDS: Record<string, HistoryEntry['what']> = { StateUpdate: 'state', Action: 'action' };

function entryOf({ alarm, at, type, summary, data }: AlarmEvent): HistoryEntry {
  const reason = type === 'StateUpdate' ? reasonOf(data) : undefined;
  return {
    at: at.toISOString(),
    alarm,
    what: KINDS[type] ?? 'configuration',
    summary,
    ...(reason !== undefined && { reason }),
  };
}

function reasonOf(data: string): string | undefined {
  try {
    const { newState } = JSON.parse(data) as { newState?: { stateReason?: unknown } };
    return typeof newState?.stateReason === 'string' ? newState.stateReason : undefined;
  } catch {
    return undefined;
  }
}
