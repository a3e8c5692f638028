import type { PlannedBring } from '../lib/tls/distribute.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const COLOURS = { issue: 'green', bring: 'green', trust: 'yellow', prove: 'dim', unknown: 'red' } as const;

/** Who gets what and why; `--verbose` names also those where all is in place. */
export function bringPlanText(plan: PlannedBring[], paint: Paint, verbose: boolean): string {
  const rows = plan
    .filter(({ action }) => verbose || action !== 'prove')
    .map(({ holder, kind, action, reason }) => [
      paint(COLOURS[action], action),
      plain(holder),
      kind,
      plain(reason ?? 'it lies where it is used, and is looked at'),
    ]);
  const inPlace = plan.filter(({ action }) => action === 'prove').length;
  const sum = `${inPlace} of ${plan.length} holders have what they should, and are looked at`;
  return rows.length === 0 ? sum : `${table(['ACTION', 'HOLDER', 'KIND', 'WHY'], rows)}\n${sum}`;
}
