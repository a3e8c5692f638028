import type { Logs } from '../aws/logs.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { releasesLogGroup } from '../fleet/names.ts';
import type { Outcome } from './events.ts';
import { type Journal, readJournal } from './journal.ts';

/** One line of the history. */
export interface RecordedRelease {
  release: string;
  /** `unfinished`: it has no result; it goes on, or was ended. */
  outcome: Outcome | 'unfinished';
  environment?: string;
  command?: string;
  who?: string;
  message?: string;
  gitRevision?: string;
  startedAt?: string;
  durationSeconds?: number;
  /** Names of what changed, or was to change. */
  services: string[];
  reason?: string;
}

/** Streams that are looked at a time. */
const AT_ONCE = 5;

/** The newest releases of the environment, newest first. @param limit how many */
export async function readRecent(
  logs: Pick<Logs, 'streamNames' | 'readStream'>,
  fleet: Fleet,
  limit: number,
): Promise<RecordedRelease[]> {
  // Several environments of a fleet may share an account: there are more streams than releases of this one.
  const names = await logs.streamNames(releasesLogGroup(fleet.name), 50);
  const found: RecordedRelease[] = [];
  for (let at = 0; at < names.length && found.length < limit; at += AT_ONCE) {
    const journals = await Promise.all(
      names.slice(at, at + AT_ONCE).map((name) => readJournal(logs, fleet.name, name)),
    );
    found.push(...journals.map(summaryOf).filter(({ environment }) => isOf(fleet, environment)));
  }
  return found.slice(0, limit);
}

/** Records from before environments were written down are of whichever there is. */
function isOf(fleet: Fleet, environment: string | undefined): boolean {
  return environment === undefined || environment === fleet.environment.name;
}

/** Pure. */
export function summaryOf({ release, begun, planned, result, entries }: Journal): RecordedRelease {
  const first = entries[0]?.at;
  const seconds = first && result ? (Date.parse(result.at) - Date.parse(first)) / 1000 : undefined;
  const { environment, command, who, message, gitRevision } = begun ?? {};
  return {
    release,
    outcome: result?.outcome ?? 'unfinished',
    ...(environment !== undefined && { environment }),
    ...(command !== undefined && { command }),
    ...(who !== undefined && { who }),
    ...(message !== undefined && { message }),
    ...(gitRevision !== undefined && { gitRevision }),
    ...(first !== undefined && { startedAt: first }),
    ...(seconds !== undefined && { durationSeconds: Math.round(seconds * 10) / 10 }),
    services: (planned?.services ?? [])
      .filter(({ action }) => action !== 'unchanged')
      .map(({ service }) => service),
    ...(result?.error !== undefined && { reason: result.error.message }),
  };
}
