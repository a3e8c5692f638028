import { DAY } from './authority.ts';

/** A certificate's validity. */
export interface Validity {
  notBefore: Date;
  notAfter: Date;
}

/** Where in its life a certificate is. */
export type Life = 'not yet valid' | 'good' | 'due' | 'overdue' | 'ended';

/** Of its life. Renewal is due at two thirds; a tenth is left to mend what kept it from happening. */
const DUE_AFTER = 2 / 3;
const OVERDUE_AFTER = 9 / 10;

/** Shares, not days, so that short-lived certificates are not always late. */
export function lifeOf({ notBefore, notAfter }: Validity, now: Date): Life {
  const lived = (now.getTime() - notBefore.getTime()) / (notAfter.getTime() - notBefore.getTime());
  if (lived < 0) return 'not yet valid';
  if (lived >= 1) return 'ended';
  if (lived >= OVERDUE_AFTER) return 'overdue';
  return lived >= DUE_AFTER ? 'due' : 'good';
}

/** Renewal is due at two thirds of a certificate's life, which leaves the last third to find out why it failed. */
export function isDue(validity: Validity, now: Date): boolean {
  const life = lifeOf(validity, now);
  return life === 'due' || life === 'overdue' || life === 'ended';
}

/** Whole days until its end; negative after it. */
export function daysLeft({ notAfter }: Pick<Validity, 'notAfter'>, now: Date): number {
  return Math.floor((notAfter.getTime() - now.getTime()) / DAY);
}
