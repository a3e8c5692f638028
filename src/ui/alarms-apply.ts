import type { Applied, ApplyStep } from '../lib/observe/alarms/apply.ts';
import { alarmPlanText } from './alarms-plan.ts';
import type { Paint } from './paint.ts';
import type { Progress } from './progress.ts';

/** What a person is told while alarms are applied. */
export function showApplyStep(step: ApplyStep, progress: Progress, paint: Paint): void {
  switch (step.type) {
    case 'planned':
      progress.note(alarmPlanText(step.plan, paint));
      return;
    case 'topic-created':
      progress.note(`created  ${step.arn}`);
      return;
    case 'put':
      if (step.done === step.of) progress.done(`${step.of} alarms put`);
      else if (step.done === 1) progress.step(`putting ${step.of} alarms`);
      return;
    case 'stopped':
      progress.end();
      progress.note(`${step.done} of ${step.of} alarms were put; gsys alarms apply goes on from there`);
      return;
    case 'waiting':
      progress.step(`${step.blind} of ${step.of} alarms see no data yet`);
  }
}

const OUTCOMES = {
  applied: 'applied',
  'nothing-to-do': 'nothing to do: every alarm is as defined',
  'dry-run': 'dry run: nothing was changed',
};

export function appliedText({ outcome, alarms }: Applied): string {
  const counts = new Map<string, number>();
  for (const { state = 'missing' } of alarms) counts.set(state, (counts.get(state) ?? 0) + 1);
  const states = [...counts].map(([state, count]) => `${count} ${state.toLowerCase().replace('_', ' ')}`);
  return `${OUTCOMES[outcome]}; ${alarms.length} alarms: ${states.join(', ') || 'none'}`;
}
