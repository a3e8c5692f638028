import type { ReleaseContext } from '../context.ts';
import type { Gate } from '../events.ts';
import type { Passage } from '../move.ts';

/** What speaks against going on. */
export interface Objection {
  passage: Passage;
  reason: string;
}

/** What a gate found: nothing against it, and what that was seen by; or objections. */
export type Finding = { objections: Objection[]; seen: string };

interface GateOptions {
  wave: number;
  gate: Gate;
  /** What is waited for. */
  waiting: string;
}

/**
 * One gate of a wave, told from waiting to its end; what it objects to is marked on the passages.
 * @returns whether it let the wave through
 */
export async function passGate(
  { tell }: ReleaseContext,
  { wave, gate, waiting }: GateOptions,
  look: () => Promise<Finding>,
): Promise<boolean> {
  await tell({ type: 'gate-waiting', wave, gate, detail: waiting });
  const { objections, seen } = await look();
  for (const { passage, reason } of objections) {
    passage.failure ??= reason;
    await tell({ type: 'gate-failed', wave, gate, service: passage.move.plan.service, detail: reason });
  }
  if (objections.length === 0) await tell({ type: 'gate-passed', wave, gate, detail: seen });
  return objections.length === 0;
}
