import { Box, Text } from 'ink';
import { Fragment, createElement as h, type ReactElement } from 'react';
import type { Detail } from '../../lib/observe/top/rows.ts';
import { age } from '../age.ts';
import { Line, type Span } from './line.ts';
import { EVENT_COLUMNS } from './list-screen.ts';
import { milliseconds, percent, rate } from './numbers.ts';
import { tablePane } from './pane.ts';
import { sparkline } from './sparkline.ts';
import { COLOURS, healthWords, rolloutWords, taskColumns } from './tables.ts';

interface Props {
  detail: Detail;
  /** Log lines that were scrolled back. */
  scrolled: number;
  /** Milliseconds since the epoch. */
  now: number;
  lines: number;
  width: number;
}

/** Lines of the head, and of what tasks and events get at most of the rest. */
const HEAD = 3;
const TASKS = 0.3;
const EVENTS = 0.25;

/** One service: what it does, its tasks, events, last release, and its log as it is written. */
export function DetailScreen({ detail, scrolled, now, lines, width }: Props): ReactElement {
  const { tasks, events } = detail;
  const rest = lines - HEAD;
  const taskLines = 1 + Math.max(1, Math.min(tasks.length, Math.floor(rest * TASKS)));
  const eventLines = 1 + Math.max(1, Math.min(events.length, Math.floor(rest * EVENTS)));
  const isOld = () => detail.tasksOldSince !== undefined;
  return h(
    Fragment,
    null,
    h(Line, { spans: headOf(detail), dim: detail.row.oldSince !== undefined }),
    h(Line, { spans: workOf(detail) }),
    h(Line, { spans: releaseOf(detail, now) }),
    tablePane({
      ...{ lines: taskLines, width, columns: taskColumns(now), rows: tasks, isOld },
      empty: detail.tasksOldSince === undefined ? 'none, or not seen yet' : 'not seen',
    }),
    tablePane({
      ...{ lines: eventLines, width, columns: EVENT_COLUMNS, rows: events, isOld: () => false },
      empty: 'none',
    }),
    h(Log, { detail, scrolled, lines: rest - taskLines - eventLines }),
  );
}

function headOf({ row, scaling }: Detail): Span[] {
  const { name, status, severity, why } = row;
  const counts = status === undefined ? 'not seen yet' : `${status.running}/${status.desired} tasks`;
  return [
    { text: name, bold: true },
    { text: `  ${counts}  ` },
    healthWords(row),
    { text: `  ${status?.taskDefinition ?? ''}  ${rolloutWords(status?.rollout)}` },
    { text: `  scales ${scaling.min} to ${scaling.max}  `, dim: true },
    { text: why, color: COLOURS[severity], bold: true },
  ];
}

function workOf({ row: { perSecond, errors, latency, instances, trail, lastError } }: Detail): Span[] {
  const answering = instances === undefined ? 'nobody was asked yet' : `${instances} answer over NATS`;
  return [
    {
      text: `${answering}  ${rate(perSecond)} req/s  ${percent(errors)} errors  ${milliseconds(latency)} ms  `,
    },
    { text: sparkline(trail, Math.min(trail.length, 30)), color: 'cyan' },
    { text: lastError === undefined ? '' : `  last error: ${lastError}`, color: 'red' },
  ];
}

function releaseOf({ release }: Detail, now: number): Span[] {
  if (release === undefined) return [{ text: 'releases: not seen yet', dim: true }];
  if (release === null) return [{ text: 'none of the last releases changed it', dim: true }];
  const { outcome, startedAt, who, command } = release;
  const when = startedAt === undefined ? '' : `${age(now - Date.parse(startedAt))} ago`;
  const good = outcome === 'succeeded';
  return [
    { text: `release ${release.release} `, dim: true },
    { text: outcome, color: good ? undefined : 'yellow' },
    { text: `  ${[when, command, who && `by ${who}`].filter(Boolean).join(', ')}`, dim: true },
  ];
}

const LEVELS: Record<string, string> = { warn: 'yellow', error: 'red', fatal: 'red' };

/** The newest lines at the bottom, unless somebody has scrolled back. */
function Log({ detail, scrolled, lines }: { detail: Detail; scrolled: number; lines: number }) {
  if (lines < 1) return null;
  const { log, logTrouble } = detail;
  const end = Math.max(Math.min(lines - 1, log.length), log.length - scrolled);
  const shown = log.slice(Math.max(0, end - (lines - 1)), end);
  const back = end < log.length ? `  ${log.length - end} newer below` : '';
  return h(
    Box,
    { flexDirection: 'column', height: lines, overflow: 'hidden' },
    h(Line, {
      spans: [
        { text: `  LOG${back}`, dim: true },
        { text: logTrouble === undefined ? '' : `  ${logTrouble}`, color: 'yellow' },
      ],
    }),
    ...(log.length === 0
      ? [h(Text, { key: 'none', dimColor: true }, '  nothing in the last five minutes')]
      : []),
    ...shown.map(({ at, task, level, message }, i) =>
      h(Line, {
        key: i,
        spans: [
          { text: `  ${at.slice(11, 19)} ${task.slice(0, 8)} `, dim: true },
          { text: level === undefined ? '' : `${level} `, color: LEVELS[level ?? ''] },
          message,
        ],
      }),
    ),
  );
}
