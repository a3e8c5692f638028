import type { PlannedRevocation, Revoked } from '../lib/tls/revoke.ts';
import { type Paint, plain } from './paint.ts';

export function revocationPlanText({ holder, from, to, now, begun }: PlannedRevocation): string {
  const what = `${plain(holder)} moves from ${from} to ${to}`;
  const how = now
    ? `the old identity ends at once, and ${plain(holder)} is out until its new tasks are there`
    : 'the old identity ends when it is there';
  return `${begun ? 'goes on: ' : ''}${what}; ${how}`;
}

export function revokedText({ outcome, plan }: Revoked, paint: Paint): string {
  switch (outcome) {
    case 'refused-everywhere':
      return `${paint('green', 'revoked')}: every node refuses what ${plan.from} came with`;
    case 'unmapped':
      return `${paint('yellow', 'unmapped')}: no node knows ${plan.from}; its key is kept nowhere, so that it is refused was not tried`;
    case 'dry-run':
      return `${paint('dim', 'dry run')}: ${revocationPlanText(plan)}`;
  }
}
