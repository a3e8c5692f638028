import type { LogEvent, Logs } from '../aws/logs.ts';
import type { Service } from '../fleet/fleet.ts';
import { inOrder } from './in-order.ts';
import { keepTraces } from './keep-traces.ts';
import { LEVELS, type Level, type LogLine, logLine } from './log-line.ts';

export interface LogQuery {
  services: Service[];
  /** Milliseconds since the epoch. */
  start: number;
  /** The same, where it is not now. */
  end?: number | undefined;
  /** Text that a line must hold, in any case. */
  filter?: string | undefined;
  /** What a line must match, as the task wrote it. */
  grep?: RegExp | undefined;
  /** Beginnings of task ids; undefined: all tasks. */
  tasks?: string[] | undefined;
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
  return linesOf([...unique.values()].sort(inOrder), query).slice(-query.limit);
}

/** What is asked for of these, traces kept together. Pure. @param events in order */
export function linesOf(events: LogEvent[], query: LogQuery): LogLine[] {
  const lines = events.map((event) => logLine(event, query.services));
  return keepTraces(lines).filter((line) => wanted(line, query));
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
  const events = await logs.filterEvents({
    group,
    start: query.start,
    end: query.end,
    prefix: prefixOf(services),
  });
  return events.filter((event) => isOfOne(services, event));
}

/** Whether a line is of the tasks, holds the text and has the level, or names none. */
export function wanted(
  line: LogLine,
  { filter, grep, tasks, level }: Pick<LogQuery, 'filter' | 'grep' | 'tasks' | 'level'>,
): boolean {
  if (tasks !== undefined && !tasks.some((task) => line.task.startsWith(task))) return false;
  if (grep !== undefined && !grep.test(line.raw)) return false;
  if (filter !== undefined && !line.raw.toLowerCase().includes(filter.toLowerCase())) return false;
  return (
    level === undefined || line.level === undefined || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level)
  );
}
