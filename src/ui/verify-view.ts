import { type Answered, answeredOf } from '../lib/verify/answered.ts';
import type { Finding, Status, VerifyDocument } from '../lib/verify/document.ts';
import { type Paint, plain } from './paint.ts';
import { type Group, groupsOf } from './verify-groups.ts';
import { wrap } from './wrap.ts';

export interface VerifyViewOptions {
  paint: Paint;
  /** Passes, skips and consequences too, one line each. */
  verbose: boolean;
}

/** Worst first: causes with what follows from them, then a line for each layer, then the verdict. */
export function verifyText(document: VerifyDocument, { paint, verbose }: VerifyViewOptions): string {
  const { findings } = document;
  const bad = (['fail', 'unknown', 'warn'] as const).flatMap((status) =>
    groupsOf(findings, status).map((group) => groupText(group, paint, verbose)),
  );
  const good = verbose ? findings.filter(({ status }) => status === 'pass' || status === 'skip') : [];
  return [
    ...bad,
    ...(good.length > 0 ? [good.map((finding) => findingLine(finding, paint)).join('\n')] : []),
    layerLines(findings, paint),
    answeredLine(answeredOf(findings)),
    verdictLine(document, paint),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const COLOURS = {
  pass: 'green',
  warn: 'yellow',
  fail: 'red',
  unknown: 'magenta',
  skip: 'dim',
} as const satisfies Record<Status, string>;

const VERDICT_COLOURS = {
  healthy: 'green',
  degraded: 'yellow',
  unhealthy: 'red',
  unknown: 'magenta',
} as const;

/** Columns of a terminal that nobody has widened. */
const WIDTH = 80;
/** Columns that the status takes. */
const INDENT = 9;

function groupText(group: Group, paint: Paint, verbose: boolean): string {
  const { status, checks, subjects, message, remedy, consequences } = group;
  const label = paint(COLOURS[status], status.padEnd(INDENT));
  const [title = '', ...rest] = wrap(`${checks.join(', ')}: ${list(subjects)}`, WIDTH - INDENT);
  const indented = (lines: string[]) => lines.map((line) => ' '.repeat(INDENT) + line);
  return [
    label + paint('bold', plain(title)),
    ...indented(rest.map((line) => paint('bold', plain(line)))),
    ...indented(wrap(plain(message), WIDTH - INDENT)),
    ...(verbose
      ? consequences.map((finding) => `  ↳ ${findingLine(finding, paint)}`)
      : indented(wrap(summary(consequences), WIDTH - INDENT)).map((line) => paint('dim', line))),
    ...indented(remedy.map((command) => paint('cyan', `$ ${command}`))),
  ].join('\n');
}

/** `so also: nats.mesh of nats-1, nats-2; nats.meta of gaming-system` */
function summary(consequences: Finding[]): string {
  if (consequences.length === 0) return '';
  const byCheck = new Map<string, string[]>();
  for (const { check, subject } of consequences)
    byCheck.set(check, [...(byCheck.get(check) ?? []), subject.name]);
  return `so also: ${[...byCheck].map(([check, names]) => `${check} of ${list(names)}`).join('; ')}`;
}

/** `--verbose` and `--json` have them all. */
const MAX_NAMES = 8;

function list(names: string[]): string {
  if (names.length <= MAX_NAMES) return names.join(', ');
  const shown = names.slice(0, MAX_NAMES - 1);
  return `${shown.join(', ')} and ${names.length - shown.length} more`;
}

function findingLine({ status, check, subject, message }: Finding, paint: Paint): string {
  return `${paint(COLOURS[status], status.padEnd(INDENT))}${check.padEnd(19)} ${plain(subject.name)}  ${paint('dim', plain(message))}`;
}

const WORST_FIRST: Status[] = ['fail', 'unknown', 'warn', 'skip', 'pass'];

function layerLines(findings: Finding[], paint: Paint): string {
  const byLayer = new Map<string, Finding[]>();
  for (const finding of findings) {
    const [layer = ''] = finding.check.split('.');
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), finding]);
  }
  return [...byLayer]
    .map(([layer, own]) => {
      const counts = WORST_FIRST.toReversed().flatMap((status) => {
        const count = own.filter((finding) => finding.status === status).length;
        return count === 0 ? [] : [paint(COLOURS[status], `${count} ${status}`)];
      });
      return `${layer.padEnd(INDENT)}${counts.join(', ')}`;
    })
    .join('\n');
}

function answeredLine(answered: Answered | undefined): string {
  if (answered === undefined) return '';
  const { services, tasks } = answered;
  return `${services.some} of ${services.all} services and ${tasks.some} of ${tasks.all} tasks answered a contract request`;
}

function verdictLine(
  { fleet, environment, verdict, durationMs, findings }: VerifyDocument,
  paint: Paint,
): string {
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  return `${fleet} in ${environment} is ${paint(VERDICT_COLOURS[verdict], VERDICTS[verdict])}: ${findings.length} findings in ${seconds}`;
}

const VERDICTS = {
  healthy: 'healthy',
  degraded: 'degraded',
  unhealthy: 'unhealthy',
  unknown: 'in an unknown state',
};
