import type { Fleet } from '../fleet/fleet.ts';
import type { Check } from './check.ts';
import type { VerifyDocument } from './document.ts';
import type { EvidenceSet } from './evidence.ts';
import { judgeAll } from './judge.ts';
import { countFindings, verdictOf } from './verdict.ts';

/** What a verify has looked at, and when: all that its verdict stands on. */
export interface Observation {
  fleet: Fleet;
  evidence: EvidenceSet;
  startedAt: Date;
  /** When all evidence was there: the checks' now. */
  judgedAt: Date;
  apiCalls: Record<string, number>;
}

/** The same document whenever it is asked for. Pure. */
export function documentOf(observation: Observation, checks: readonly Check[]): VerifyDocument {
  const { fleet, evidence, startedAt, judgedAt, apiCalls } = observation;
  const findings = judgeAll(checks, evidence, fleet, judgedAt);
  const counts = countFindings(findings);
  return {
    schema: 'gsys/verify/v1',
    fleet: fleet.name,
    environment: fleet.environment.name,
    verdict: verdictOf(counts),
    startedAt: startedAt.toISOString(),
    durationMs: judgedAt.getTime() - startedAt.getTime(),
    counts,
    findings,
    apiCalls,
  };
}
