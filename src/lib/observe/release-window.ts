import type { Logs } from '../aws/logs.ts';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { summaryOf } from '../release/history.ts';
import { readJournal } from '../release/journal.ts';

/** When a release happened, and to whom. */
export interface ReleaseWindow {
  /** Milliseconds since the epoch. */
  start: number;
  /** Undefined while it has no result. */
  end: number | undefined;
  services: string[];
}

/** Milliseconds. What a task says as it leaves comes after the release has ended. */
const AFTERWARDS = 60_000;

/** @throws GsysError NO_SUCH_RELEASE */
export async function releaseWindow(
  release: string,
  fleet: Pick<Fleet, 'name'>,
  logs: Pick<Logs, 'readStream'>,
): Promise<ReleaseWindow> {
  const journal = await readJournal(logs, fleet.name, release);
  const { startedAt, durationSeconds, services } = summaryOf(journal);
  if (startedAt === undefined)
    throw new GsysError('NO_SUCH_RELEASE', `there is no release ${release} on record`, {
      next: 'gsys releases',
    });
  const start = Date.parse(startedAt);
  const end = durationSeconds === undefined ? undefined : start + durationSeconds * 1000 + AFTERWARDS;
  return { start, end, services };
}
