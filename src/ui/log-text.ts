import type { LogLine } from '../lib/observe/log-line.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = {
  trace: 'dim',
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
} as const;

/** Time, service and task, level, message; whatever the task wrote is made safe for a terminal. */
export function logText({ at, service, task, level, message }: LogLine, paint: Paint): string {
  const time = paint('dim', at.slice(11, 23));
  const who = paint('cyan', plain(`${service}/${task.slice(0, 8)}`));
  const severity = level === undefined ? '' : `${paint(COLOURS[level], level.padEnd(5))} `;
  return `${time} ${who} ${severity}${plain(message)}`;
}
