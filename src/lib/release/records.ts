import { batches } from '../aws/batches.ts';
import type { Logs } from '../aws/logs.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { releasesLogGroup } from '../fleet/names.ts';
import type { DeployEvent, ResultStep } from './events.ts';
import type { Entry } from './journal.ts';

/** One release's record: appended to, never changed. */
export interface ReleaseRecord {
  append(...events: (DeployEvent | (Entry & { at: string }))[]): Promise<void>;
}

/** Time and chance: alphabetical order is the order of time. */
export function releaseId(now: Date, chance: () => number): string {
  const time = now
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  const suffix = Math.floor(chance() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${time}-${suffix}`;
}

/** As `releaseId` makes them. */
export function isReleaseId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{4}$/.test(text);
}

/** Each event gets a later timestamp than the one before: the last of a stream is then the last that happened. */
export function openRecord(logs: Logs, fleet: string, release: string): ReleaseRecord {
  let last = 0;
  let queue: Promise<void> = Promise.resolve();
  return {
    append(...events) {
      const entries = events.map((event) => {
        last = Math.max(last + 1, Date.parse(event.at));
        return { timestamp: last, message: JSON.stringify(event) };
      });
      const written = queue.then(async () => {
        for (const batch of inRequests(entries))
          await logs.putEvents(releasesLogGroup(fleet), release, batch);
      });
      queue = written.catch(() => undefined);
      return written;
    },
  };
}

interface LogEntry {
  timestamp: number;
  message: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html; bytes. */
const MOST_BYTES = 1_048_576;
const MOST_EVENTS = 10_000;
const OVERHEAD = 26;

/** As many entries in a request as it may hold. */
function inRequests(entries: LogEntry[]): LogEntry[][] {
  const requests: LogEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.message) + OVERHEAD;
    const last = requests.at(-1);
    if (last === undefined || bytes + size > MOST_BYTES || last.length === MOST_EVENTS) {
      requests.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return requests;
}

export interface Released {
  release: string;
  taskDefinition: string;
  imageDigest: string;
  /** Of the definition that it was deployed from: `definitionHash`. A rollback, for one, has none. */
  definition?: string;
}

/** How many releases are looked at, newest first, before a service counts as never released. */
const DEPTH = 50;
/** Streams whose end is read at the same time. */
const AT_ONCE = 5;

/** What the newest release that succeeded for a service left running of it. */
export async function lastReleased(
  logs: Pick<Logs, 'streamNames' | 'tail'>,
  { name, environment }: Pick<Fleet, 'name' | 'environment'>,
  services: string[],
): Promise<Map<string, Released>> {
  const group = releasesLogGroup(name);
  const found = new Map<string, Released>();
  for (const releases of batches(await logs.streamNames(group, DEPTH), AT_ONCE)) {
    if (services.every((service) => found.has(service))) break;
    const ends = await Promise.all(releases.map((release) => logs.tail(group, release, 1)));
    for (const [i, release] of releases.entries())
      for (const [service, left] of leftRunning(release, environment.name, ends[i]?.[0]?.message))
        if (!found.has(service)) found.set(service, left);
  }
  return found;
}

/**
 * A wave that succeeded has succeeded, whatever became of those after it.
 * @param last event of a release's stream; a release that was killed has no result there
 */
function leftRunning(release: string, environment: string, last: string | undefined): [string, Released][] {
  const result = parse(last);
  if (result?.type !== 'result') return [];
  // Several environments of a fleet may share an account.
  if (result.environment !== undefined && result.environment !== environment) return [];
  return result.services.flatMap(({ service, taskDefinition, imageDigest, definition }) =>
    taskDefinition === undefined || imageDigest === undefined
      ? []
      : [
          [
            service,
            { release, taskDefinition, imageDigest, ...(definition !== undefined && { definition }) },
          ],
        ],
  );
}

function parse(text: string | undefined): ResultStep | undefined {
  try {
    return JSON.parse(text ?? '') as ResultStep;
  } catch {
    return undefined;
  }
}
