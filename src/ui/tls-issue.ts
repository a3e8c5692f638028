import type { IssuePlan } from '../lib/tls/issue.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const COLOURS = { issue: 'green', keep: 'dim', 'wants-request': 'yellow' } as const;

/** Who gets a certificate and why; `--verbose` names also those that keep theirs. */
export function issuePlanText(plan: IssuePlan, paint: Paint, verbose: boolean): string {
  const rows = plan
    .filter(({ action }) => verbose || action !== 'keep')
    .map(({ holder, kind, action, reason, notAfter }) => [
      paint(COLOURS[action], action.replace('-', ' a ')),
      plain(holder),
      kind,
      reason ?? `good until ${notAfter?.toISOString().slice(0, 10)}`,
    ]);
  const kept = plan.filter(({ action }) => action === 'keep').length;
  const sum = `${kept} of ${plan.length} certificates are good and stay`;
  return rows.length === 0 ? sum : `${table(['ACTION', 'HOLDER', 'KIND', 'WHY'], rows)}\n${sum}`;
}
