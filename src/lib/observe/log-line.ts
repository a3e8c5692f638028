import type { LogEvent } from '../aws/logs.ts';
import type { Service } from '../fleet/fleet.ts';

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

/** One line of one task. */
export interface LogLine {
  id: string;
  /** ISO 8601 */
  at: string;
  service: string;
  ecsService: string;
  task: string;
  /** Only where the line says so. */
  level: Level | undefined;
  message: string;
  /** As the task wrote it. */
  raw: string;
}

/** Reads what a task wrote: pino's JSON where it is that, else the line as it is. Stream names are `prefix/container/task`. */
export function logLine({ id, timestamp, stream, message: raw }: LogEvent, services: Service[]): LogLine {
  const [ecsService = '', , task = ''] = stream.split('/');
  const service = services.find((candidate) => candidate.ecsService === ecsService)?.name ?? ecsService;
  const { level, message } = parse(raw);
  return { id, at: new Date(timestamp).toISOString(), service, ecsService, task, level, message, raw };
}

function parse(raw: string): { level: Level | undefined; message: string } {
  try {
    const entry = JSON.parse(raw) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (typeof entry.msg !== 'string') return { level: undefined, message: raw };
    const cause = typeof entry.err?.message === 'string' ? `: ${entry.err.message}` : '';
    return { level: levelOf(entry.level), message: entry.msg + cause };
  } catch {
    return { level: undefined, message: raw };
  }
}

/** pino writes numbers (https://getpino.io/#/docs/api?id=loggerlevels-object) unless told to write names. */
function levelOf(level: unknown): Level | undefined {
  if (typeof level === 'number') return LEVELS[Math.min(LEVELS.length, Math.floor(level / 10)) - 1];
  return LEVELS.find((name) => name === level);
}
