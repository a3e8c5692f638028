import type { Content } from '../lib/observe/dead-letters/content.ts';
import type { DeadLetter } from '../lib/observe/dead-letters/dead-letters.ts';
import type { Replayed } from '../lib/observe/dead-letters/replay.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

export function lettersText({ total, letters }: { total: number; letters: DeadLetter[] }): string {
  if (total === 0) return 'there are no dead letters';
  const more = total - letters.length;
  const rest = more > 0 ? `\n${more} older ones are not shown` : '';
  return `${lettersTable(letters)}${rest}`;
}

/** Everything, line by line. */
export function letterText(letter: DeadLetter & Content): string {
  const { event, data } = letter;
  const content = event === undefined ? `${data} (base64)` : JSON.stringify(event, undefined, 2);
  const lines = [
    ['letter', String(letter.sequence)],
    ['subject', letter.subject],
    ['reason', letter.reason],
    ['put aside', letter.at],
    ['came from', letter.origin ?? '-'],
    ['subscription', letter.subscription ?? '-'],
    ['content', letter.leftOut ? 'was too large to be put aside' : content],
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(14)}${plain(value)}`).join('\n');
}

export function replayedText({ outcome, letters }: Replayed, paint: Paint): string {
  if (outcome === 'nothing-to-do') return 'there are no such dead letters';
  if (outcome === 'dry-run') return `${lettersTable(letters)}\nwould be replayed: ${letters.length}`;
  const failed = letters.filter(({ failure }) => failure !== undefined);
  return [
    ...failed.map(({ sequence, failure = '' }) => `${paint('red', 'failed')} ${sequence}: ${plain(failure)}`),
    `replayed ${letters.length - failed.length} of ${letters.length}`,
  ].join('\n');
}

function lettersTable(letters: DeadLetter[]): string {
  const rows = letters.map(({ sequence, at, subject, reason, bytes }) => [
    String(sequence),
    at,
    plain(subject),
    String(bytes),
    plain(reason),
  ]);
  return table(['LETTER', 'PUT ASIDE', 'SUBJECT', 'BYTES', 'REASON'], rows);
}
