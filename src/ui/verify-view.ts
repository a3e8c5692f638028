import { type Answered, answeredOf } from '../lib/verify/answered.ts';
import type { Finding, Status, VerifyDocument } from '../lib/verify/document.ts';
import type { Paint } from './paint.ts';
import { changesText } from './verify-changes.ts';
import { findingText, groupText, INDENT, STATUS_COLOURS } from './verify-group-text.ts';
import { groupsOf } from './verify-groups.ts';

export interface VerifyViewOptions {
  paint: Paint;
  /** Passes, skips and consequences too, one line each. */
  verbose: boolean;
}

/** Worst first: causes with what follows from them, then a line for each layer, then the verdict. */
export function verifyText(document: VerifyDocument, { paint, verbose }: VerifyViewOptions): string {
  const { findings, changes } = document;
  const bad =
    changes === undefined
      ? BAD.flatMap((status) => groupsOf(findings, status).map((group) => groupText(group, paint, verbose)))
      : [changesText(findings, changes, { paint, verbose })];
  const good = verbose ? findings.filter(({ status }) => status === 'pass' || status === 'skip') : [];
  return [
    ...bad,
    ...(good.length > 0 ? [good.map((finding) => findingText(finding, paint)).join('\n')] : []),
    layerLines(findings, paint),
    answeredLine(answeredOf(findings)),
    verdictLine(document, paint),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Worst first. */
const BAD: Status[] = ['fail', 'unknown', 'warn'];

const VERDICT_COLOURS = {
  healthy: 'green',
  degraded: 'yellow',
  unhealthy: 'red',
  unknown: 'magenta',
} as const;

const WORST_FIRST: Status[] = ['fail', 'unknown', 'warn', 'skip', 'pass'];

function layerLines(findings: Finding[], paint: Paint): string {
  const byLayer = new Map<string, Finding[]>();
  for (const finding of findings) {
    const [layer = ''] = finding.check.split('.');
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), finding]);
  }
  const room = Math.max(INDENT, ...[...byLayer.keys()].map((layer) => layer.length + 2));
  return [...byLayer]
    .map(([layer, own]) => {
      const counts = WORST_FIRST.toReversed().flatMap((status) => {
        const count = own.filter((finding) => finding.status === status).length;
        return count === 0 ? [] : [paint(STATUS_COLOURS[status], `${count} ${status}`)];
      });
      return `${layer.padEnd(room)}${counts.join(', ')}`;
    })
    .join('\n');
}

function answeredLine(answered: Answered | undefined): string {
  if (answered === undefined) return '';
  const { services, tasks } = answered;
  return `${services.some} of ${services.all} services and ${tasks.some} of ${tasks.all} tasks answered a contract request`;
}

/** `lab in local is healthy: 378 findings in 2.2 s` */
export function verdictLine(
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
