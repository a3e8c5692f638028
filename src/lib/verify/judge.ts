import { messageOf } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type Check, findingId, isBad, type Judgement } from './check.ts';
import type { Finding, Subject } from './document.ts';
import { type Evidence, type EvidenceSet, isMissing, type Missing, type SourceId } from './evidence.ts';
import { probeOf } from './look-further.ts';
import { runbookOf } from './runbook.ts';

/** Evidence in, findings out; causes are named, nothing is left out. */
export function judgeAll(checks: readonly Check[], set: EvidenceSet, fleet: Fleet, now: Date): Finding[] {
  const judged = checks.flatMap((check) => {
    const { at, judgements, blind } = judgeOne(check, set, fleet, now);
    return [...judgements, ...forgotten(check, judgements, fleet)].map((judgement) => ({
      check,
      judgement,
      blind,
      finding: toFinding(check, judgement, at, fleet),
    }));
  });
  const causes = badByCheck(judged.map(({ finding }) => finding));
  // Of a check's own bad findings, those that blame nobody: what the others blame may be among them.
  const origins = badByCheck(
    judged.flatMap(({ judgement, finding }) => (judgement.blames?.length ? [] : [finding])),
  );
  return judged.map(({ check, judgement, blind, finding }) => {
    const cause = isBad(finding)
      ? (causeOf(check, judgement, blind, causes) ?? siblingOf(check, judgement, origins))
      : undefined;
    return cause === undefined ? finding : { ...finding, causedBy: cause.id };
  });
}

interface Judged {
  /** Of the oldest evidence that was used. */
  at: Date;
  judgements: Judgement[];
  /** The judgement could not see: a source was missing. */
  blind: boolean;
}

function judgeOne(check: Check, set: EvidenceSet, fleet: Fleet, now: Date): Judged {
  const times = check.uses.flatMap((id) => (set[id] === undefined ? [] : [set[id].at.getTime()]));
  const at = times.length === 0 ? now : new Date(Math.min(...times));
  const missing = check.uses.flatMap((id) => lack(id, set));
  if (missing.length > 0) {
    const message = [...new Set(missing.map((lack) => lack.missing))].join('; ');
    const remedy = [...new Set(missing.flatMap((lack) => lack.remedy ?? []))];
    const judgements = unknown(check, fleet, message, 'no evidence');
    return {
      at,
      blind: true,
      judgements: judgements.map((one) => ({ ...one, ...(remedy.length > 0 && { remedy }) })),
    };
  }
  const evidence = Object.fromEntries(check.uses.map((id) => [id, set[id]?.evidence])) as unknown as Evidence;
  try {
    return { at, blind: false, judgements: check.judge(evidence, fleet, now) };
  } catch (error) {
    const message = `the check itself is broken: ${messageOf(error)}`;
    return { at, blind: false, judgements: unknown(check, fleet, message, null) };
  }
}

function lack(id: SourceId, set: EvidenceSet): Missing[] {
  const evidence = set[id]?.evidence;
  if (evidence === undefined) return [{ missing: `${id} was not collected` }];
  return isMissing(evidence) ? [evidence] : [];
}

/** A subject of the definition that a check says nothing about is unknown. */
function forgotten(check: Check, judgements: Judgement[], fleet: Fleet): Judgement[] {
  const said = new Set(judgements.map(({ subject }) => findingId(check.id, subject)));
  return check
    .subjects(fleet)
    .filter((subject) => !said.has(findingId(check.id, subject)))
    .map((subject) => nothing(subject, 'there is no evidence of it', null));
}

function unknown(check: Check, fleet: Fleet, message: string, observed: unknown): Judgement[] {
  return check.subjects(fleet).map((subject) => nothing(subject, message, observed));
}

function nothing(subject: Subject, message: string, observed: unknown): Judgement {
  return { subject, status: 'unknown', message, expected: 'evidence', observed };
}

function toFinding(check: Check, judgement: Judgement, at: Date, fleet: Fleet): Finding {
  const { subject, status, message, expected, observed, remedy } = judgement;
  const well = status === 'pass' || status === 'skip';
  const look = well ? undefined : probeOf(check.id, subject, fleet);
  return {
    id: findingId(check.id, subject),
    check: check.id,
    subject,
    status,
    message,
    expected,
    observed,
    observedAt: at.toISOString(),
    ...(remedy && { remedy }),
    ...(look !== undefined && { look: [look] }),
    ...(!well && { runbook: runbookOf(check.id) }),
  };
}

function badByCheck(findings: Finding[]): Map<string, Finding[]> {
  const byCheck = new Map<string, Finding[]>();
  for (const finding of findings.filter(isBad)) {
    const own = byCheck.get(finding.check) ?? [];
    own.push(finding);
    byCheck.set(finding.check, own);
  }
  return byCheck;
}

/**
 * The bad finding that this one follows from: of the same subject, else of one that it blames, else, when it could
 * not see at all, of any.
 */
function causeOf(
  check: Check,
  { subject, blames = [] }: Judgement,
  blind: boolean,
  causes: Map<string, Finding[]>,
): Finding | undefined {
  const candidates = check.dependsOn.flatMap((id) => causes.get(id) ?? []);
  const about = (names: string[]) => candidates.find((finding) => names.includes(finding.subject.name));
  return about([subject.name]) ?? about(blames) ?? (blind ? candidates[0] : undefined);
}

/** A node that could not be asked, of the same check, that this finding blames. */
function siblingOf(
  { id }: Check,
  { blames = [] }: Judgement,
  origins: Map<string, Finding[]>,
): Finding | undefined {
  return origins.get(id)?.find(({ subject }) => blames.includes(subject.name));
}
