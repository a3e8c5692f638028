import type { Override } from '../release/overrides.ts';
import type { OverridesEvidence } from './collectors/overrides.ts';

/** Whether a person has switched this service off. */
export function isDisabled(overrides: OverridesEvidence, service: string): boolean {
  return overrides[service]?.kind === 'disabled';
}

/** `disabled by ann@laptop 2026-03-01T12:00:00Z: it leaks`, and whether its time is over. */
export function overrideWords({ kind, desired, who, at, reason, until }: Override, now: Date): string {
  const what = kind === 'disabled' ? 'disabled' : `scaled to ${desired}`;
  const over = until !== undefined && new Date(until) < now;
  const end = until === undefined ? '' : over ? `, which was to be over at ${until}` : `, until ${until}`;
  return `${what} by ${who} at ${at}: ${reason}${end}`;
}

/** Of one that has outlived its time nobody knows whether it is still meant. */
export function isOverdue({ until }: Override, now: Date): boolean {
  return until !== undefined && new Date(until) < now;
}
