import type { PrunePlan } from '../lib/observe/alarms/prune.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = { delete: 'red', foreign: 'dim', needed: 'yellow' } as const;

export function prunePlanText({ alarms }: PrunePlan, paint: Paint): string {
  if (alarms.length === 0) return 'no alarm is called as the fleet’s are and is not in the definition';
  return alarms.map(({ alarm, action }) => `${paint(COLOURS[action], action)}  ${plain(alarm)}`).join('\n');
}
