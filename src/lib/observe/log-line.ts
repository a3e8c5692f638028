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
  /** What else a structured line says, by name; none of a line that is not. */
  fields: Record<string, unknown>;
  /** Of the error that a structured line tells of; undefined where there is none. */
  stack: string | undefined;
  /** As the task wrote it; of a trace over several lines, all of them. */
  raw: string;
}

/** Reads what a task wrote: pino's JSON where it is that, else the line as it is. Stream names are `prefix/container/task`. */
export function logLine({ id, timestamp, stream, message: raw }: LogEvent, services: Service[]): LogLine {
  const [ecsService = '', , task = ''] = stream.split('/');
  const service = services.find((candidate) => candidate.ecsService === ecsService)?.name ?? ecsService;
  return { id, at: new Date(timestamp).toISOString(), service, ecsService, task, ...parse(raw), raw };
}

type Parsed = Pick<LogLine, 'level' | 'message' | 'fields' | 'stack'>;

function parse(raw: string): Parsed {
  const entry = structured(raw);
  if (entry === undefined) return { level: undefined, message: raw, fields: {}, stack: undefined };
  const { level, msg, err, ...rest } = entry;
  const { message, stack, ...about } = (typeof err === 'object' && err !== null ? err : {}) as Record<
    string,
    unknown
  >;
  return {
    level: levelOf(level),
    message: typeof message === 'string' ? `${msg}: ${message}` : msg,
    fields: { ...without(rest, SHOWN_ELSEWHERE), ...(Object.keys(about).length > 0 && { err: about }) },
    stack: typeof stack === 'string' ? stack : undefined,
  };
}

/** Columns of their own say these. */
const SHOWN_ELSEWHERE = ['time', 'service', 'taskArn'];

function without(entry: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !names.includes(name)));
}

/** An entry of a log, or undefined: also JSON may be none. */
function structured(raw: string): (Record<string, unknown> & { msg: string }) | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(raw) as { msg?: unknown };
    return typeof entry.msg === 'string' ? (entry as ReturnType<typeof structured>) : undefined;
  } catch {
    return undefined;
  }
}

/** pino writes numbers (https://getpino.io/#/docs/api?id=loggerlevels-object) unless told to write names. */
function levelOf(level: unknown): Level | undefined {
  if (typeof level === 'number') return LEVELS[Math.min(LEVELS.length, Math.floor(level / 10)) - 1];
  return LEVELS.find((name) => name === level);
}
