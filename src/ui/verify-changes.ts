import type { Changes, Finding, Status } from '../lib/verify/document.ts';
import { type Paint, plain } from './paint.ts';
import { groupText, INDENT, indented, list, WIDTH } from './verify-group-text.ts';
import { type Group, groupsOf } from './verify-groups.ts';
import { wrap } from './wrap.ts';

export interface ChangesViewOptions {
  paint: Paint;
  verbose: boolean;
}

/** What is new, what has changed, what is healed; what was so before in short, because it is still true. */
export function changesText(
  findings: readonly Finding[],
  changes: Changes,
  { paint, verbose }: ChangesViewOptions,
): string {
  const fresh = new Set(changes.new);
  const turned = new Set(changes.changed.map(({ id }) => id));
  const isNew = ({ id }: Finding) => fresh.has(id);
  // A cause that is known, from which something follows that is not.
  const isChanged = (finding: Finding, consequences: Finding[]) =>
    !isNew(finding) &&
    (turned.has(finding.id) || consequences.some(({ id }) => fresh.has(id) || turned.has(id)));
  const isSame = (finding: Finding, consequences: Finding[]) =>
    !isNew(finding) && !isChanged(finding, consequences);
  const groups = (isWanted: typeof isSame) =>
    (['fail', 'unknown', 'warn'] as const satisfies Status[]).flatMap((status) =>
      groupsOf(findings, status, isWanted),
    );
  const whole = (group: Group) => groupText(group, paint, verbose);
  return [
    sinceLine(changes),
    ...section('new', groups(isNew).map(whole), paint),
    ...section('changed', groups(isChanged).map(whole), paint),
    ...section('healed', healed(changes.healed), paint),
    ...section(
      'as before',
      groups(isSame).map((group) => inShort(group)),
      paint,
    ),
  ].join('\n\n');
}

function sinceLine({ since, ...changes }: Changes): string {
  const counts = [
    `${changes.new.length} new`,
    `${changes.changed.length} changed`,
    `${changes.healed.length} healed`,
    `${changes.same.length} as before`,
  ];
  return `since ${since.slice(0, 19).replace('T', ' ')} UTC: ${counts.join(', ')}`;
}

function section(title: string, parts: string[], paint: Paint): string[] {
  const [first, ...rest] = parts;
  return first === undefined ? [] : [`${paint('underline', title)}\n${first}`, ...rest];
}

/** By check, as their ids name them: nothing else is left of what is no longer there. */
function healed(ids: string[]): string[] {
  const byCheck = new Map<string, string[]>();
  for (const id of ids) {
    const [check = '', , ...name] = id.split('/');
    byCheck.set(check, [...(byCheck.get(check) ?? []), name.join('/')]);
  }
  const lines = [...byCheck].flatMap(([check, names]) =>
    indented(wrap(plain(`${check}: ${list(names)}`), WIDTH - INDENT)),
  );
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function inShort({ status, checks, subjects, consequences }: Group): string {
  const more = consequences.length === 0 ? '' : `, and ${consequences.length} that follow`;
  const text = plain(`${checks.join(', ')}: ${list(subjects)}${more}`);
  const [first = '', ...rest] = indented(wrap(text, WIDTH - INDENT));
  return [status + first.slice(status.length), ...rest].join('\n');
}
