import type { Finding, Status } from '../lib/verify/document.ts';
import { type Paint, plain } from './paint.ts';
import { commandLines, joinedCommands } from './remedies.ts';
import type { Group } from './verify-groups.ts';
import { wrap } from './wrap.ts';

export const STATUS_COLOURS = {
  pass: 'green',
  warn: 'yellow',
  fail: 'red',
  unknown: 'magenta',
  skip: 'dim',
} as const satisfies Record<Status, string>;

/** Columns of a terminal that nobody has widened. */
export const WIDTH = 80;
/** Columns that the status takes. */
export const INDENT = 9;

/** What is wrong, with what, what follows from it, what to type, and where to read on. */
export function groupText(group: Group, paint: Paint, verbose: boolean): string {
  const { status, checks, subjects, message, remedy, look, runbooks, consequences } = group;
  const label = paint(STATUS_COLOURS[status], status.padEnd(INDENT));
  const [title = '', ...rest] = wrap(plain(`${checks.join(', ')}: ${list(subjects)}`), WIDTH - INDENT);
  const commands = joinedCommands(remedy).flatMap((command) => commandLines(command, WIDTH - INDENT));
  return [
    label + paint('bold', title),
    ...indented(rest.map((line) => paint('bold', line))),
    ...indented(wrap(plain(message), WIDTH - INDENT)),
    ...(verbose
      ? consequences.map((finding) => findingText(finding, paint, '  ↳ '))
      : indented(wrap(plain(summary(consequences)), WIDTH - INDENT)).map((line) => paint('dim', line))),
    ...indented(commands.map((line) => paint('cyan', line))),
    ...indented(lookLines(look).map((line) => paint('cyan', line))),
    ...indented(runbooks.map((file) => paint('dim', `see ${file}`))),
  ].join('\n');
}

/** As many as are worth typing one after the other. */
const MOST_LOOKS = 2;

/** A shell takes the words after # for a remark. */
function lookLines(look: string[]): string[] {
  const more = look.length > MOST_LOOKS ? ` (and ${look.length - MOST_LOOKS} others)` : '';
  return look.slice(0, MOST_LOOKS).map((command, i) => {
    const last = i === Math.min(look.length, MOST_LOOKS) - 1;
    return `$ ${plain(command)}  # at which layer it ends${last ? more : ''}`;
  });
}

export function indented(lines: string[]): string[] {
  return lines.map((line) => ' '.repeat(INDENT) + line);
}

/** `so also 4: nats.mtls, nats.mesh of nats-1, nats-2` */
function summary(consequences: Finding[]): string {
  if (consequences.length === 0) return '';
  const byCheck = new Map<string, string[]>();
  for (const { check, subject } of consequences)
    byCheck.set(check, [...(byCheck.get(check) ?? []), subject.name]);
  // Most say the same of the same subjects.
  const bySubjects = new Map<string, string[]>();
  for (const [check, names] of byCheck) {
    const subjects = list(names);
    bySubjects.set(subjects, [...(bySubjects.get(subjects) ?? []), check]);
  }
  return `so also ${consequences.length}: ${[...bySubjects].map(([subjects, checks]) => `${checks.join(', ')} of ${subjects}`).join('; ')}`;
}

/** `--verbose` and `--json` have them all. */
const MAX_NAMES = 8;

export function list(names: string[]): string {
  if (names.length <= MAX_NAMES) return names.join(', ');
  const shown = names.slice(0, MAX_NAMES - 1);
  return `${shown.join(', ')} and ${names.length - shown.length} more`;
}

/** On one line where there is room, else with its message below. */
export function findingText({ status, check, subject, message }: Finding, paint: Paint, mark = ''): string {
  const name = `${check.padEnd(19)} ${plain(subject.name)}`;
  const said = plain(message).replace(/\s+/g, ' ');
  const label = mark + paint(STATUS_COLOURS[status], status.padEnd(INDENT));
  const start = mark.length + INDENT;
  if (start + name.length + 2 + said.length <= WIDTH) return `${label}${name}  ${paint('dim', said)}`;
  const below = wrap(said, WIDTH - start).map((line) => ' '.repeat(start) + paint('dim', line));
  return [label + name, ...below].join('\n');
}
