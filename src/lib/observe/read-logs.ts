import type { LogEvent, Logs } from '../aws/logs.ts';
import type { Service } from '../fleet/fleet.ts';
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
    .sort((a, b) => a.timestamp - b.timestamp || a.id.localeCompare(b.id))
    .map((event) => logLine(event, query.services))
    .filter((line) => wanted(line, query))
    .slice(-query.limit);
}

/** A service alone in what is asked narrows the read to its streams; several are told apart afterwards. */
async function groupEvents(
  group: string,
  services: Service[],
  query: LogQuery,
  logs: Pick<Logs, 'filterEvents'>,
): Promise<LogEvent[]> {
  const [only] = services;
  const prefix = services.length === 1 && only !== undefined ? `${only.ecsService}/` : undefined;
  const events = await logs.filterEvents({ group, start: query.start, prefix });
  return events.filter(({ stream }) =>
    services.some(({ ecsService }) => stream.startsWith(`${ecsService}/`)),
  );
}

function wanted(line: LogLine, { filter, level }: LogQuery): boolean {
  if (filter !== undefined && !line.raw.toLowerCase().includes(filter.toLowerCase())) return false;
  return (
    level === undefined || line.level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level)
  );
}
