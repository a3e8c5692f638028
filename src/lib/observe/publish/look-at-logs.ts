import type { LogGroups } from '../../aws/log-groups.ts';
import type { LogEvent, Logs } from '../../aws/logs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { LEVELS, logLine } from '../log-line.ts';
import { isOfOne } from '../read-logs.ts';
import type { Counted } from './raw.ts';
import { seen } from './seen.ts';

/** By CloudWatch's own filter, so that what is well does not travel. Lines that are no JSON are not counted. */
const BAD = '{ ($.level = "error") || ($.level = "fatal") || ($.level >= 50) || ($.status >= 500) }';
const SERVER_ERROR = 500;

/** Bad lines of every service within a window, a group at a time. @param start @param end milliseconds since the epoch */
export async function lookAtLogs(
  services: Service[],
  { start, end }: { start: number; end: number },
  { logs, groups }: { logs: Pick<Logs, 'filterEvents'>; groups: Pick<LogGroups, 'groups'> },
): Promise<Counted[]> {
  const names = [...new Set(services.map(({ logGroup }) => logGroup))];
  const counted = await Promise.all(
    names.map(async (group) => {
      const own = services.filter(({ logGroup }) => logGroup === group);
      const found = await seen(`log group ${group}`, async () => {
        const known = await groups.groups(group);
        if (!known.some(({ name }) => name === group)) throw new Error('there is no such group');
        return await logs.filterEvents({ group, start, end, pattern: BAD });
      });
      return own.map(
        (service): Counted => ({
          service,
          seen: 'why' in found ? found : { value: countOf(found.value, service) },
        }),
      );
    }),
  );
  return counted.flat();
}

function countOf(events: LogEvent[], service: Service): { errors: number; failures: number } {
  const own = events.filter((event) => isOfOne([service], event));
  return {
    errors: own.filter((event) => isError(event, service)).length,
    failures: own.filter(({ message }) => statusOf(message) >= SERVER_ERROR).length,
  };
}

function isError(event: LogEvent, service: Service): boolean {
  const { level } = logLine(event, [service]);
  return level !== undefined && LEVELS.indexOf(level) >= LEVELS.indexOf('error');
}

function statusOf(message: string): number {
  try {
    return Number((JSON.parse(message) as { status?: unknown }).status);
  } catch {
    return Number.NaN;
  }
}
