import type { Initialized, InitPlan } from '../lib/tls/init.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

/** Where everything will lie. */
export function initPlanText({ root, rootKey, issuerSecret, trust }: InitPlan): string {
  return table(
    ['WHAT', 'WHERE'],
    [
      ['root', root],
      ["root's key, sealed", rootKey],
      ['issuing authority, its key sealed', `secret ${issuerSecret}`],
      ['trust bundle, public', trust],
    ].map((row) => row.map(plain)),
  );
}

export function initializedText({ outcome, plan, authorities }: Initialized, paint: Paint): string {
  if (outcome === 'dry-run') return `${initPlanText(plan)}\ndry run: nothing was made`;
  return [
    ...authorities.map(
      ({ name, subject, notAfter }) =>
        `${paint('green', 'made')}  ${name}: ${plain(subject).replaceAll('\n', ', ')}, until ${notAfter.toISOString().slice(0, 10)}`,
    ),
    `Both envelopes were opened where they lie. Take ${plain(plan.rootKey)} off line, with a copy elsewhere:`,
    'without it, or its passphrase, there is no next issuing authority.',
    `Commit ${plain(plan.trust)}: it is public.`,
    paint('cyan', '$ gsys tls issue'),
  ].join('\n');
}
