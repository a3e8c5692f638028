import type { LogLine } from '../lib/observe/log-line.ts';
import { type Paint, plain } from './paint.ts';

export interface LogTextOptions {
  paint: Paint;
  /** The rest of a structured line, and whole stack traces. */
  details: boolean;
  /** Characters of one line; undefined: all of them, for whoever reads a pipe. */
  most: number | undefined;
  /** Milliseconds since the line before. */
  after?: number;
}

const COLOURS = {
  trace: 'dim',
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
} as const;

/** Told apart on dark and light terminals; none of those that levels have. */
const SERVICE_COLOURS = ['cyan', 'magenta', 'blue', 'cyanBright', 'magentaBright', 'blueBright'] as const;
/** Lines of a stack trace, unless all are asked for: where it was thrown, and who called. */
const SHORT_STACK = 6;

/**
 * Time, service and task, level, message; whatever the task wrote is made safe for a terminal. What is more than one line
 * stands below, with a bar before it: no line break of a task's makes a line that looks like another task's.
 */
export function logText(
  { at, service, task, level, message, fields, stack }: LogLine,
  options: LogTextOptions,
): string {
  const { paint, details, most, after } = options;
  const time = paint('dim', at.slice(11, 23));
  const gap = after === undefined ? '' : `${paint('dim', `+${after} ms`.padStart(9))} `;
  const who = paint(colourOf(service), plain(`${service}/${task.slice(0, 8)}`));
  const severity = level === undefined ? '' : `${paint(COLOURS[level], level.padEnd(5))} `;
  const [first = '', ...more] = plain(message).split('\n');
  const frames = framesOf(stack, level, details);
  const rest = details ? Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`) : [];
  return [
    `${time} ${gap}${who} ${severity}${cut(first, most)}`,
    ...[...more, ...frames, ...(rest.length > 0 ? [rest.join(' ')] : [])].map((line) =>
      paint('dim', `    │ ${cut(plain(line), most)}`),
    ),
  ].join('\n');
}

/** Without its first line, which the message says already. */
function framesOf(stack: string | undefined, level: LogLine['level'], details: boolean): string[] {
  const frames = stack === undefined ? [] : stack.split('\n').slice(1);
  if (details) return frames;
  if (level !== 'error' && level !== 'fatal') return [];
  if (frames.length <= SHORT_STACK) return frames;
  return [...frames.slice(0, SHORT_STACK), `… ${frames.length - SHORT_STACK} more: -v`];
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function cut(line: string, most: number | undefined): string {
  if (most === undefined || line.length <= most) return line;
  return `${line.slice(0, most)} … ${line.length - most} more characters: --json`;
}

/** The same for the same service, in every run. */
function colourOf(service: string) {
  const sum = [...service].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return SERVICE_COLOURS[sum % SERVICE_COLOURS.length] ?? 'cyan';
}
