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

/** Told apart on dark and light terminals; none of those that levels have. */
const SERVICE_COLOURS = ['cyan', 'magenta', 'blue', 'cyanBright', 'magentaBright', 'blueBright'] as const;

/** Time, service and task, level, message; whatever the task wrote is made safe for a terminal. */
export function logText({ at, service, task, level, message }: LogLine, paint: Paint): string {
  const time = paint('dim', at.slice(11, 23));
  const who = paint(colourOf(service), plain(`${service}/${task.slice(0, 8)}`));
  const severity = level === undefined ? '' : `${paint(COLOURS[level], level.padEnd(5))} `;
  return `${time} ${who} ${severity}${plain(message)}`;
}

/** The same for the same service, in every run. */
function colourOf(service: string) {
  const sum = [...service].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return SERVICE_COLOURS[sum % SERVICE_COLOURS.length] ?? 'cyan';
}
