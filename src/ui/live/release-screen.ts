import { Box, Static, Text } from 'ink';
import { Fragment, createElement as h, type ReactElement } from 'react';
import { type ReleaseView, type Row, type RowPhase, rowsThatFit } from './release-state.ts';

interface Props {
  view: ReleaseView;
  /** Lines that stay above the rest. */
  notes: string[];
  /** Milliseconds since the epoch. */
  now: number;
  /** Of the terminal. */
  columns: number;
  lines: number;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Head, gate, and the line for what has no room. */
const OTHER_LINES = 4;

/** One line a service, the gate that is waited for, and how long it all takes. */
export function ReleaseScreen({ view, notes, now, columns, lines }: Props): ReactElement {
  const { shown, more } = rowsThatFit(view.rows, Math.max(2, lines - OTHER_LINES));
  const width = Math.max(...shown.map(({ service }) => service.length), 0);
  const kept = { items: notes, children: (note: string, i: number) => h(Text, { key: i }, note) };
  return h(
    Fragment,
    null,
    h(Static<string>, kept),
    h(
      Box,
      { flexDirection: 'column', width: columns },
      h(Head, { view, now }),
      ...shown.map((row) => h(ServiceLine, { key: row.service, row, width })),
      more > 0 && h(Text, { dimColor: true }, `  and ${more} more`),
      h(Gate, { view, now }),
    ),
  );
}

interface Moment {
  view: ReleaseView;
  now: number;
}

function Head({ view, now }: Moment): ReactElement {
  const done = view.rows.filter(({ phase }) => phase === 'done').length;
  const rest = `  ${view.release}  ${done} of ${view.rows.length} done  ${duration(now - view.startedAt)}`;
  return h(
    Text,
    { wrap: 'truncate' },
    h(Text, { bold: true }, waveWords(view)),
    h(Text, { dimColor: true }, rest),
  );
}

function Gate({ view: { waiting }, now }: Moment): ReactElement | null {
  if (waiting === undefined) return null;
  const frame = FRAMES[Math.floor(now / FRAME_MS) % FRAMES.length];
  const since = h(Text, { dimColor: true }, duration(now - waiting.since));
  return h(
    Text,
    { wrap: 'truncate' },
    h(Text, { color: 'cyan' }, frame),
    ` waiting for ${waiting.what} `,
    since,
  );
}

function ServiceLine({ row, width }: { row: Row; width: number }): ReactElement {
  const { mark, color, words } = LOOKS[row.phase];
  const tasks = row.desired === undefined ? '' : `${row.running}/${row.desired}`;
  const text = ` ${row.service.padEnd(width)}  ${tasks.padEnd(5)}  ${words}${row.note ? `: ${row.note}` : ''}`;
  return h(
    Text,
    { wrap: 'truncate', dimColor: row.phase === 'queued' },
    h(Text, color === undefined ? {} : { color }, mark),
    text,
  );
}

const LOOKS: Record<RowPhase, { mark: string; color?: string; words: string }> = {
  queued: { mark: '·', words: 'waits for its wave' },
  changing: { mark: '→', color: 'cyan', words: 'is being told' },
  'rolling-out': { mark: '→', color: 'cyan', words: 'rolls out' },
  up: { mark: '→', color: 'cyan', words: 'is up, being proved' },
  done: { mark: '✓', color: 'green', words: 'proved' },
  deployed: { mark: '✓', color: 'green', words: 'proved' },
  failed: { mark: '✗', color: 'red', words: 'failed' },
  'going-back': { mark: '←', color: 'yellow', words: 'goes back' },
  'rolled-back': { mark: '←', color: 'yellow', words: 'is back' },
  untouched: { mark: '·', words: 'untouched' },
};

function waveWords({ wave }: ReleaseView): string {
  if (wave === undefined) return 'preparing';
  return `${wave.canary ? 'canary, ' : ''}wave ${wave.number} of ${wave.of}`;
}

/** `72s`, `3m 05s` */
function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 100) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
}
