import type { Fleet } from '../fleet/fleet.ts';
import type { Finding, Status, Subject } from './document.ts';
import type { Answer, Evidence, SourceId } from './evidence.ts';

/** Where in the fleet a check looks; the order is that of cause and effect. */
export const LAYERS = ['definition', 'ecs', 'tls', 'nats', 'redis', 'service', 'gateway', 'alarms'] as const;
export type Layer = (typeof LAYERS)[number];

/** A question about the fleet: a pure judgement of evidence, one finding for each subject. */
export interface Check<Uses extends SourceId = SourceId> {
  id: `${Layer}.${string}`;
  title: string;
  layer: Layer;
  uses: readonly Uses[];
  /** Checks whose bad findings explain this one's. */
  dependsOn: readonly string[];
  /** What it proves, what it does not, and why its limits are where they are. */
  explain: string;
  /** Whom the definition wants judged: a subject that gets no finding is unknown, never left out. */
  subjects(fleet: Fleet): Subject[];
  judge(evidence: Pick<Evidence, Uses>, fleet: Fleet, now: Date): Judgement[];
}

/** A finding, before it is given its id, its time and its cause. */
export interface Judgement {
  subject: Subject;
  status: Status;
  message: string;
  expected: unknown;
  observed: unknown;
  remedy?: string[];
  /** Names of subjects whose own bad finding, in a check that this one depends on, is the cause. */
  blames?: string[];
}

/** Infers which evidence `judge` gets from what `uses` names. */
export function defineCheck<const Uses extends SourceId>(check: Check<Uses>): Check<Uses> {
  return check;
}

/** Of a peer that did not answer, nothing is known. */
export function couldNotBeAsked(
  common: Pick<Judgement, 'subject' | 'expected'>,
  { fault, why }: Extract<Answer<never>, { ok: false }>,
): Judgement {
  return { ...common, status: 'unknown', message: `could not be asked: ${why}`, observed: fault };
}

export function findingId(check: string, { kind, name }: Subject): string {
  return `${check}/${kind}/${name}`;
}

export function isBad({ status }: Pick<Finding, 'status'>): boolean {
  return status === 'fail' || status === 'unknown';
}
