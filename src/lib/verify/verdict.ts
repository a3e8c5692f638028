import type { Finding, Status, Verdict } from './document.ts';

export type Counts = Record<Status, number>;

export function countFindings(findings: readonly Pick<Finding, 'status'>[]): Counts {
  const counts: Counts = { pass: 0, warn: 0, fail: 0, unknown: 0, skip: 0 };
  for (const { status } of findings) counts[status]++;
  return counts;
}

/** Nothing observed is not healthy: where every check was left out or skipped, nobody knows. */
export function verdictOf({ pass, warn, fail, unknown }: Counts): Verdict {
  if (fail > 0) return 'unhealthy';
  if (unknown > 0) return 'unknown';
  if (warn > 0) return 'degraded';
  return pass > 0 ? 'healthy' : 'unknown';
}

export function exitCodeOf(verdict: Verdict, strict: boolean): number {
  if (verdict === 'unhealthy') return 1;
  if (verdict === 'unknown') return 3;
  return verdict === 'degraded' && strict ? 1 : 0;
}
