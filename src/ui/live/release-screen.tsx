import { Box, Static, Text } from 'ink';
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
export function ReleaseScreen({ view, notes, now, columns, lines }: Props) {
  const { shown, more } = rowsThatFit(view.rows, Math.max(2, lines - OTHER_LINES));
  const width = Math.max(...shown.map(({ service }) => service.length), 0);
  const done = view.rows.filter(({ phase }) => phase === 'done').length;
  return (
    <>
      <Static items={notes}>{(note, i) => <Text key={i}>{note}</Text>}</Static>
      <Box flexDirection="column" width={columns}>
        <Text wrap="truncate">
          <Text bold>{waveWords(view)}</Text>
          <Text dimColor>
            {`  ${view.release}  ${done} of ${view.rows.length} done  ${duration(now - view.startedAt)}`}
          </Text>
        </Text>
        {shown.map((row) => (
          <ServiceLine key={row.service} row={row} width={width} />
        ))}
        {more > 0 && <Text dimColor>{`  and ${more} more`}</Text>}
        <Gate view={view} now={now} />
      </Box>
    </>
  );
}

function Gate({ view: { waiting }, now }: { view: ReleaseView; now: number }) {
  if (waiting === undefined) return null;
  const frame = FRAMES[Math.floor(now / FRAME_MS) % FRAMES.length];
  return (
    <Text wrap="truncate">
      <Text color="cyan">{frame}</Text>
      {` waiting for ${waiting.what} `}
      <Text dimColor>{duration(now - waiting.since)}</Text>
    </Text>
  );
}

function ServiceLine({ row, width }: { row: Row; width: number }) {
  const { mark, color, words } = LOOKS[row.phase];
  const tasks = row.desired === undefined ? '' : `${row.running}/${row.desired}`;
  return (
    <Text wrap="truncate" dimColor={row.phase === 'queued'}>
      <Text {...(color && { color })}>{mark}</Text>
      {` ${row.service.padEnd(width)}  ${tasks.padEnd(5)}  ${words}${row.note ? `: ${row.note}` : ''}`}
    </Text>
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
