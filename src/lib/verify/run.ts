import type { Fleet } from '../fleet/fleet.ts';
import { type NatsSessions, natsSessions } from '../nats/sessions.ts';
import { AWS_SOURCES, CHECKS, COLLECTORS } from './catalog.ts';
import type { Check } from './check.ts';
import { collect } from './collect.ts';
import type { VerifyAws, VerifyContext } from './context.ts';
import type { VerifyDocument } from './document.ts';
import type { SourceId } from './evidence.ts';
import { documentOf, type Observation } from './observation.ts';
import { type Selection, selectChecks } from './select.ts';

interface LookOptions {
  fleet: Fleet;
  aws: VerifyAws;
  signal: AbortSignal;
  now(): Date;
}

export interface VerifyOptions extends LookOptions, Selection {}

/**
 * Is the fleet what the definition says it should be? Every source is read once, all at the same time; checks then
 * judge what came.
 * @throws GsysError USAGE, WRONG_ACCOUNT; everything else that goes wrong is a finding
 */
export async function verify(options: VerifyOptions): Promise<VerifyDocument> {
  const checks = selectChecks(CHECKS, options);
  return documentOf(await look(checks, options), checks);
}

/** Reads every source that the checks use. @throws GsysError WRONG_ACCOUNT, and the signal's reason */
export async function look(
  checks: readonly Check[],
  { fleet, aws, signal, now }: LookOptions,
): Promise<Observation> {
  const startedAt = now();
  const before = { ...aws.calls };
  const sources = sourcesOf(checks.flatMap(({ uses }) => uses));
  const nats: NatsSessions = natsSessions(fleet.environment);
  const context: VerifyContext = { fleet, aws, nats, signal, now };
  try {
    const evidence = await collect(
      sources.map((id) => COLLECTORS[id]),
      context,
    );
    return { fleet, evidence, startedAt, judgedAt: now(), apiCalls: callsSince(before, aws.calls) };
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

function callsSince(before: Record<string, number>, calls: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(calls).flatMap(([name, count]) => {
      const more = count - (before[name] ?? 0);
      return more > 0 ? [[name, more]] : [];
    }),
  );
}
