import type { ListedAlarm } from '../lib/observe/alarms/list.ts';
import { age } from './age.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

/** CloudWatch's reasons are long; `--verbose` and `--json` have all of them. */
const SHORT = 60;

/** Metric alarms stand, indented, below the paging alarm that looks at them. @param now milliseconds since the epoch */
export function alarmsTable(alarms: ListedAlarm[], paint: Paint, now: number, verbose: boolean): string {
  const rows = alarms.map((alarm) => [
    `${alarm.kind === 'paging' ? '' : '  '}${plain(alarm.alarm)}`,
    stateWord(alarm.state, paint),
    alarm.since ? age(now - Date.parse(alarm.since)) : '-',
    actionWords(alarm, paint),
    shorten(plain(alarm.reason), verbose),
  ]);
  return table(['ALARM', 'STATE', 'SINCE', 'TELLS', 'REASON'], rows);
}

function stateWord(state: string, paint: Paint): string {
  const word = plain(state.toLowerCase().replace('_', ' '));
  if (state === 'OK') return paint('green', word);
  return state === 'INSUFFICIENT_DATA' ? paint('magenta', word) : paint('red', word);
}

/** Names of topics; what an alarm of gsys tells is the same for every state. */
function actionWords({ kind, state, actionsEnabled, actions, silenced }: ListedAlarm, paint: Paint): string {
  if (state === 'MISSING') return '-';
  // Told by the paging alarm.
  if (kind !== 'paging' && Object.values(actions).flat().length === 0) return '-';
  if (!actionsEnabled) return paint('red', 'disabled');
  if (silenced) return paint('yellow', `nobody until ${silenced.until ?? 'somebody ends it'}`);
  const told = new Set(Object.values(actions).flat());
  if (told.size === 0) return paint('red', 'nobody');
  const names = [...told].map((arn) => plain(arn.split(':').at(-1) ?? arn)).join(', ');
  const silent = Object.entries(STATES).filter(([key]) => actions[key as keyof typeof STATES].length === 0);
  return silent.length === 0
    ? names
    : `${names}, ${paint('yellow', `not on ${silent.map(([, name]) => name).join(', ')}`)}`;
}

const STATES = { alarm: 'alarm', ok: 'ok', insufficientData: 'insufficient data' };

function shorten(text: string, verbose: boolean): string {
  return verbose || text.length <= SHORT ? text : `${text.slice(0, SHORT - 1)}…`;
}
