import type { Applied, ApplyStep } from '../lib/release/apply-changes.ts';
import { type Paint, plain } from './paint.ts';
import type { Progress } from './progress.ts';

/** What a person is told while changes are made. */
export function showApplyStep<Plan>(
  step: ApplyStep<Plan>,
  progress: Progress,
  planText: (plan: Plan) => string,
): void {
  if (step.type === 'planned') progress.note(planText(step.plan));
  if (step.type === 'changing') progress.step(`${step.name} (${step.done + 1} of ${step.of})`);
  if (step.type === 'changed') progress.done(step.name);
  if (step.type === 'waiting') progress.step(`waiting: ${step.lacks.join(', ')}`);
}

const OUTCOMES = {
  applied: 'green',
  'nothing-to-do': 'green',
  'dry-run': 'dim',
  incomplete: 'red',
} as const;

/**
 * @param thing that was changed, in the singular
 * @param done what was done to it
 */
export function appliedText(
  { outcome, changed, refused }: Applied<unknown>,
  thing: string,
  paint: Paint,
  done = 'changed',
): string {
  const count = `${changed.length} ${thing}${changed.length === 1 ? '' : 's'} ${done}`;
  return [
    ...refused.map((why) => `${paint('red', 'refused')}  ${plain(why)}`),
    `${paint(OUTCOMES[outcome], outcome.replaceAll('-', ' '))}: ${count}`,
  ].join('\n');
}
