import type { NeedsRenewal } from '../lib/tls/needs-renewal.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const COLOURS = { good: 'dim', due: 'yellow', missing: 'red' } as const;

/** What is due or missing; `--verbose` lists also what is good. */
export function renewalText({ certificates }: NeedsRenewal, paint: Paint, verbose: boolean): string {
  const rows = certificates
    .filter(({ state }) => verbose || state !== 'good')
    .map(({ name, state, reason, daysLeft }) => [
      paint(COLOURS[state], state),
      plain(name),
      daysLeft === undefined ? '-' : String(daysLeft),
      reason ?? '',
    ]);
  const wanting = certificates.filter(({ state }) => state !== 'good').length;
  const sum =
    wanting === 0
      ? `${paint('green', 'nothing is due')}: ${certificates.length} certificates`
      : `${wanting} of ${certificates.length} certificates are due or missing`;
  return rows.length === 0 ? sum : `${table(['STATE', 'WHOSE', 'DAYS LEFT', 'WHY'], rows)}\n${sum}`;
}
