import type { Fleet } from '../fleet/fleet.ts';
import { type NatsSessions, natsSessions } from '../nats/sessions.ts';
import { AWS_SOURCES, CHECKS, COLLECTORS } from './catalog.ts';
import { collect } from './collect.ts';
import type { VerifyAws, VerifyContext } from './context.ts';
import type { VerifyDocument } from './document.ts';
import type { SourceId } from './evidence.ts';
import { judgeAll } from './judge.ts';
import { type Selection, selectChecks } from './select.ts';
import { countFindings, verdictOf } from './verdict.ts';

export interface VerifyOptions extends Selection {
  fleet: Fleet;
  aws: VerifyAws;
  signal: AbortSignal;
  now(): Date;
}

/**
 * Is the fleet what the definition says it should be? Every source is read once, all at the same time; checks then
 * judge what came.
 * @throws GsysError USAGE, WRONG_ACCOUNT; everything else that goes wrong is a finding
 */
export async function verify(options: VerifyOptions): Promise<VerifyDocument> {
  const { fleet, aws, now } = options;
  const startedAt = now();
  const checks = selectChecks(CHECKS, options);
  const sources = sourcesOf(checks.flatMap(({ uses }) => uses));
  const nats: NatsSessions = natsSessions(fleet.environment);
  const context: VerifyContext = { fleet, aws, nats, signal: options.signal, now };
  try {
    const evidence = await collect(
      sources.map((id) => COLLECTORS[id]),
      context,
    );
    const findings = judgeAll(checks, evidence, fleet, now());
    const counts = countFindings(findings);
    return {
      schema: 'gsys/verify/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      verdict: verdictOf(counts),
      startedAt: startedAt.toISOString(),
      durationMs: now().getTime() - startedAt.getTime(),
      counts,
      findings,
      apiCalls: aws.calls,
    };
  } finally {
    await nats.close();
  }
}

/** Each once; and whose account it is, wherever AWS is asked at all. */
function sourcesOf(used: SourceId[]): SourceId[] {
  const sources = new Set(used);
  if (AWS_SOURCES.some((id) => sources.has(id))) sources.add('account');
  return [...sources];
}
