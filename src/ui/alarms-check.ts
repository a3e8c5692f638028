import type { AlarmCheck } from '../lib/observe/alarms/check.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = { pass: 'green', warn: 'yellow', fail: 'red', unknown: 'magenta' } as const;
/** Columns that the status takes. */
const INDENT = 9;
/** Of names that share a message; `--verbose` and `--json` have them all. */
const MAX_NAMES = 3;

/** What is not well, those of which the same is said together, then the sum. `--verbose` has a line for each. */
export function alarmCheckText(
  { status, alarms, others, topic, remedy }: AlarmCheck,
  paint: Paint,
  verbose: boolean,
): string {
  const all = [
    ...alarms.map((alarm) => ({ ...alarm, name: alarm.alarm })),
    { ...topic, name: topic.arn.split(':').at(-1) ?? topic.arn },
    ...others.map((other) => ({ ...other, name: 'paging' })),
  ];
  const groups = new Map<string, (typeof all)[number] & { names: string[] }>();
  for (const one of all) {
    if (!verbose && one.status === 'pass') continue;
    const key = verbose ? one.name : `${one.status} ${one.message}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...one, names: [one.name] });
    else group.names.push(one.name);
  }
  const well = alarms.filter((alarm) => alarm.status === 'pass').length;
  return [
    ...[...groups.values()].flatMap((group) => [
      `${paint(COLOURS[group.status], group.status.padEnd(INDENT))}${plain(group.message)}`,
      `${' '.repeat(INDENT)}${paint('dim', plain(list(group.names)))}`,
    ]),
    ...remedy.map((command) => `${' '.repeat(INDENT)}${paint('cyan', `$ ${command}`)}`),
    `${paint(COLOURS[status], WORDS[status])}: ${well} of ${alarms.length} alarms are as defined, see data and do not fire`,
  ].join('\n');
}

const WORDS = {
  pass: 'watched',
  warn: 'watched, with reservations',
  fail: 'not well',
  unknown: 'in an unknown state',
};

function list(names: string[]): string {
  const more = names.length - MAX_NAMES;
  return more <= 1 ? names.join(', ') : `${names.slice(0, MAX_NAMES).join(', ')} and ${more} more`;
}
