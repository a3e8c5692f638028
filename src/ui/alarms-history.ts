import type { History } from '../lib/observe/alarms/history.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const COLOURS = { state: 'yellow', action: 'cyan', configuration: 'dim' } as const;

/** `verbose` adds why a state was entered. */
export function historyText({ entries, total }: History, paint: Paint, verbose: boolean): string {
  if (total === 0) return 'nothing happened to these alarms';
  const rows = entries.map(({ at, alarm, what, summary, reason }) => [
    at,
    plain(alarm),
    paint(COLOURS[what], what),
    plain(verbose && reason !== undefined ? `${summary}: ${reason}` : summary),
  ]);
  const more = total - entries.length;
  return `${table(['WHEN', 'ALARM', 'WHAT', 'SUMMARY'], rows)}${more > 0 ? `\n${more} older ones are not shown: --limit` : ''}`;
}
