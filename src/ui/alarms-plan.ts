import type { AlarmPlan, PlannedAlarm } from '../lib/observe/alarms/plan.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = { create: 'green', update: 'yellow', unchanged: 'dim', refused: 'red' } as const;

/** What would change, then how much stays; the command to type last. */
export function alarmPlanText({ topic, alarms, wayOut }: AlarmPlan, paint: Paint): string {
  const changing = alarms.filter(({ action }) => action !== 'unchanged');
  const unchanged = alarms.length - changing.length;
  return [
    ...(topic.action === 'create' ? [`${paint('green', 'create')}  topic ${plain(topic.arn)}`] : []),
    ...changing.flatMap((alarm) => plannedLines(alarm, paint)),
    `${changing.length} of ${alarms.length} alarms differ, ${unchanged} are as defined`,
    ...(wayOut === undefined ? [] : [paint('cyan', `$ ${wayOut}`)]),
  ].join('\n');
}

function plannedLines({ action, alarm, changes }: PlannedAlarm, paint: Paint): string[] {
  return [
    `${paint(COLOURS[action], action)}  ${plain(alarm)}`,
    // Of an alarm that is new, everything is.
    ...(action === 'create' ? [] : changes.map((change) => `    ${plain(change)}`)),
  ];
}
