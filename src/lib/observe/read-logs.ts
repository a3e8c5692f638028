import type { LogEvent, Logs } from '../aws/logs.ts';
import type { Service } from '../fleet/fleet.ts';
import { inOrder } from './in-order.ts';
import { LEVELS, type Level, type LogLine, logLine } from './log-line.ts';

export interface LogQuery {
  services: Service[];
  /** Milliseconds since the epoch. */
  start: number;
  /** Text that a line must hold, in any case. */
  filter?: string | undefined;
  /** Lines below it are left out; lines without a level stay. */
  level?: Level | undefined;
  /** The last so many are kept. */
  limit: number;
}

/** The lines of all tasks of the services, merged by time, each once. */
export async function readLogs(query: LogQuery, logs: Pick<Logs, 'filterEvents'>): Promise<LogLine[]> {
  const groups = [...new Set(query.services.map(({ logGroup }) => logGroup))];
  const events = await Promise.all(
    groups.map((group) => {
      const services = query.services.filter(({ logGroup }) => logGroup === group);
      return groupEvents(group, services, query, logs);
    }),
  );
  const unique = new Map(events.flat().map((event) => [`${event.group}\0${event.id}`, event]));
  return [...unique.values()]
    .sort(inOrder)
    .map((event) => logLine(event, query.services))
    .filter((line) => wanted(line, query))
    .slice(-query.limit);
}

/** How a read of a group is narrowed: a service alone in it, to its streams; several are told apart afterwards. */
export function prefixOf(services: Service[]): string | undefined {
  const [only] = services;
  return services.length === 1 && only !== undefined ? `${only.ecsService}/` : undefined;
}

export function isOfOne(services: Service[], { stream }: Pick<LogEvent, 'stream'>): boolean {
  return services.some(({ ecsService }) => stream.startsWith(`${ecsService}/`));
}

async function groupEvents(
  group: string,
  services: Service[],
  query: LogQuery,
  logs: Pick<Logs, 'filterEvents'>,
): Promise<LogEvent[]> {
  const events = await logs.filterEvents({ group, start: query.start, prefix: prefixOf(services) });
  return events.filter((event) => isOfOne(services, event));
}

/** Whether a line holds the text and has the level, or names none. */
export function wanted(line: LogLine, { filter, level }: Pick<LogQuery, 'filter' | 'level'>): boolean {
  if (filter !== undefined && !line.raw.toLowerCase().includes(filter.toLowerCase())) return false;
  return (
    level === undefined || line.level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level)
  );
}
