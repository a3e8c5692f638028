import type { AlarmPlan } from '../lib/observe/alarms/plan.ts';
import type { ApplyStep } from '../lib/release/apply-changes.ts';
import { alarmPlanText } from './alarms-plan.ts';
import type { Paint } from './paint.ts';
import type { Progress } from './progress.ts';

/** Three a second are put on AWS: a step for so many tells enough. */
const EVERY = 10;

/** What a person is told while alarms are applied. */
export function showAlarmsStep(step: ApplyStep<AlarmPlan>, progress: Progress, paint: Paint): void {
  if (step.type === 'planned') progress.note(alarmPlanText(step.plan, paint));
  if (step.type === 'changing' && step.done % EVERY === 0)
    progress.step(`putting ${step.name} (${step.done + 1} of ${step.of})`);
  if (step.type === 'changed' && step.done === step.of) progress.done(`${step.of} put`);
  if (step.type === 'waiting') progress.step(`${step.lacks.length} alarms see no data yet`);
}

/** How many alarms are in which state: `15 ok`. */
export function statesText({ alarms }: AlarmPlan): string {
  const counts = new Map<string, number>();
  for (const { state = 'missing' } of alarms) counts.set(state, (counts.get(state) ?? 0) + 1);
  const states = [...counts].map(([state, count]) => `${count} ${state.toLowerCase().replace('_', ' ')}`);
  return `${alarms.length} alarms: ${states.join(', ') || 'none'}`;
}
