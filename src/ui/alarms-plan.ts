import type { AlarmPlan, PlannedAlarm } from '../lib/observe/alarms/plan.ts';
import { type Paint, plain } from './paint.ts';

const COLOURS = { create: 'green', update: 'yellow', unchanged: 'dim', refused: 'red' } as const;

/** What would change, then how much stays; the command to type last. */
export function alarmPlanText({ topic, alarms, wayOut, note }: AlarmPlan, paint: Paint): string {
  const changing = alarms.filter(({ action }) => action === 'create' || action === 'update');
  const refused = alarms.filter(({ action }) => action === 'refused');
  const unchanged = alarms.length - changing.length - refused.length;
  return [
    ...(topic.action === 'create' ? [`${paint('green', 'create')}  topic ${plain(topic.arn)}`] : []),
    ...changing.flatMap((alarm) => plannedLines(alarm, paint)),
    ...refusedLines(refused, paint),
    `${alarms.length - unchanged} of ${alarms.length} alarms differ, ${unchanged} are as defined`,
    ...(note === undefined ? [] : [paint('dim', plain(note))]),
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

/** Those for the same reason together. */
function refusedLines(refused: PlannedAlarm[], paint: Paint): string[] {
  const reasonOf = ({ changes }: PlannedAlarm) => changes.join('; ');
  const reasons = [...new Set(refused.map(reasonOf))];
  const names = (reason: string) =>
    refused.filter((one) => reasonOf(one) === reason).map(({ alarm }) => plain(alarm));
  return reasons.map((reason) => `${paint('red', 'refused')}  ${names(reason).join(', ')}: ${plain(reason)}`);
}
