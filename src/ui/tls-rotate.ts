import type { PlannedRotation, Rotated } from '../lib/tls/rotate.ts';
import type { Rotation } from '../lib/tls/rotations.ts';
import { type Paint, plain } from './paint.ts';

/** What is about to happen. */
export function rotationPlanText({ kind, mode, rotation, holders }: PlannedRotation): string {
  const who = holders.length > 6 ? `${holders.length} holders` : holders.map(plain).join(', ');
  if (mode === 'start' && kind === 'leaf') return `a new key and certificate for ${who}`;
  if (mode === 'start')
    return `a new root and issuing authority, and new certificates for ${who}: services are restarted three times, nodes once`;
  const from = `rotation ${rotation?.id}, which is ${rotation?.phase}`;
  return mode === 'resume' ? `go on with ${from}` : `go back from ${from}`;
}

const OUTCOMES = { proven: 'green', aborted: 'yellow', 'nothing-to-do': 'green', 'dry-run': 'dim' } as const;

export function rotatedText({ outcome, rotation, plan }: Rotated, paint: Paint): string {
  const word = paint(OUTCOMES[outcome], outcome.replaceAll('-', ' '));
  if (outcome === 'nothing-to-do') return `${word}: nothing is missing or due`;
  if (outcome === 'dry-run') return `${word}: ${rotationPlanText(plan)}`;
  return `${word}: ${rotation?.id}, ${plan.holders.length} holders; gsys tls rotate --status tells what was seen`;
}

/** @param verbose with all evidence, of which the first lines are shown otherwise */
export function rotationsText(rotations: Rotation[], paint: Paint, verbose: boolean): string {
  if (rotations.length === 0) return 'nothing was ever rotated';
  return rotations
    .map(({ id, kind, phase, transitions }) => {
      const over = phase === 'proven' ? 'green' : phase === 'aborted' ? 'dim' : 'yellow';
      const steps = transitions.flatMap(({ phase: step, at, by, evidence }) => [
        `  ${step.padEnd(9)}  ${at}  ${plain(by)}`,
        ...shownOf(evidence, verbose).map((line) => paint('dim', `             ${plain(line)}`)),
      ]);
      return [`${id}  ${kind}  ${paint(over, phase)}`, ...steps].join('\n');
    })
    .join('\n');
}

/** Lines of evidence that a person sees at once. */
const FEW = 2;

function shownOf(evidence: string[], verbose: boolean): string[] {
  if (verbose || evidence.length <= FEW + 1) return evidence;
  return [...evidence.slice(0, FEW), `and ${evidence.length - FEW} more: -v`];
}
