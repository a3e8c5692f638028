import type { Logs } from '../aws/logs.ts';
import { releasesLogGroup } from '../fleet/names.ts';
import type { DeployEvent, ResultStep } from './events.ts';

/** One release's record: appended to, never changed. */
export interface ReleaseRecord {
  append(event: DeployEvent): Promise<void>;
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

/** Each event gets a later timestamp than the one before: the last of a stream is then the last that happened. */
export function openRecord(logs: Logs, fleet: string, release: string): ReleaseRecord {
  let last = 0;
  let queue: Promise<void> = Promise.resolve();
  return {
    append(event) {
      last = Math.max(last + 1, Date.parse(event.at));
      const entry = { timestamp: last, message: JSON.stringify(event) };
      const written = queue.then(() => logs.putEvents(releasesLogGroup(fleet), release, [entry]));
      queue = written.catch(() => undefined);
      return written;
    },
  };
}

export interface Released {
  release: string;
  taskDefinition: string;
  imageDigest: string;
}

/** How many releases are looked at, newest first, before a service counts as never released. */
const DEPTH = 50;

/** What the newest successful release of each service left running. */
export async function lastReleased(
  logs: Pick<Logs, 'streamNames' | 'tail'>,
  fleet: string,
  services: string[],
): Promise<Map<string, Released>> {
  const group = releasesLogGroup(fleet);
  const found = new Map<string, Released>();
  for (const release of await logs.streamNames(group, DEPTH)) {
    if (services.every((service) => found.has(service))) break;
    const [end] = await logs.tail(group, release, 1);
    for (const [service, left] of leftRunning(release, end?.message))
      if (!found.has(service)) found.set(service, left);
  }
  return found;
}

/** @param last event of a release's stream; a release that was killed has no result there */
function leftRunning(release: string, last: string | undefined): [string, Released][] {
  const result = parse(last);
  if (result?.type !== 'result' || result.outcome !== 'succeeded') return [];
  return result.services.flatMap(({ service, taskDefinition, imageDigest }) =>
    taskDefinition === undefined || imageDigest === undefined
      ? []
      : [[service, { release, taskDefinition, imageDigest }]],
  );
}

function parse(text: string | undefined): ResultStep | undefined {
  try {
    return JSON.parse(text ?? '') as ResultStep;
  } catch {
    return undefined;
  }
}
