import { Box } from 'ink';
import { createElement as h, type ReactElement } from 'react';
import type { TopSnapshot } from '../../lib/observe/top/rows.ts';
import { age } from '../age.ts';
import { DetailScreen } from './detail-screen.ts';
import { HelpScreen } from './help-screen.ts';
import { Line, type Span } from './line.ts';
import { ListScreen } from './list-screen.ts';
import { clock } from './numbers.ts';
import { sceneOf, shownOf } from './shown.ts';
import type { TopState } from './state.ts';

interface Props {
  snapshot: TopSnapshot;
  state: TopState;
  /** Of the terminal. */
  columns: number;
  lines: number;
}

/** The whole screen, one line short of the terminal: Ink would clear all of it with every frame. */
export function TopScreen({ snapshot, state, columns, lines }: Props): ReactElement {
  const shown = shownOf(snapshot, state);
  const scene = sceneOf(snapshot, shown, state, lines);
  const { lost, detail, at } = snapshot;
  const feet = footOf(state, scene.scaling);
  const height = Math.max(4, lines - 1);
  const room = { lines: height - 1 - lost.length - feet.length, width: columns };
  const body =
    state.mode.type === 'help'
      ? h(HelpScreen)
      : state.open && detail !== undefined
        ? h(DetailScreen, { ...room, detail, scrolled: state.scrolled, now: at })
        : h(ListScreen, { ...room, snapshot, shown, scene, state });
  return h(
    Box,
    { flexDirection: 'column', width: columns, height, overflow: 'hidden' },
    h(Line, { spans: headOf(snapshot) }),
    ...lost.map((one) =>
      h(Line, { key: one.what, spans: [{ text: lostWords(one, at), color: 'red', bold: true }] }),
    ),
    h(Box, { flexDirection: 'column', height: Math.max(0, room.lines), overflow: 'hidden' }, body),
    ...feet.map((spans, i) => h(Line, { key: i, spans })),
  );
}

function headOf(snapshot: TopSnapshot): Span[] {
  const { fleet, environment, at, services, nodes, shardsServed, shardsWanted, release } = snapshot;
  const troubled = services.filter(({ severity }) => severity !== 'none').length;
  const answering = nodes.filter(
    ({ oldSince, peers }) => oldSince === undefined && peers !== undefined,
  ).length;
  return [
    { text: `${fleet} in ${environment}`, bold: true },
    {
      text: `  ${troubled} of ${services.length} in trouble`,
      color: troubled === 0 ? undefined : 'red',
    },
    { text: `  nats ${answering}/${nodes.length}`, color: answering < nodes.length ? 'red' : undefined },
    {
      text: `  redis ${shardsServed ?? '-'}/${shardsWanted}`,
      color: (shardsServed ?? shardsWanted) < shardsWanted ? 'red' : undefined,
    },
    ...alarmSpans(snapshot),
    { text: `  ${clock(at)}`, dim: true },
    { text: release ? `  last release ${release.outcome}` : '', dim: true },
  ];
}

/** That none fires says little of alarms that are not there, or see nothing. */
function alarmSpans({ alarms }: TopSnapshot): Span[] {
  if (alarms.length === 0) return [{ text: '  alarms -' }];
  const inState = (wanted: string) => alarms.filter(({ alarm }) => alarm.state === wanted).length;
  const [firing, missing, blind] = [inState('ALARM'), inState('MISSING'), inState('INSUFFICIENT_DATA')];
  return [
    { text: `  alarms ${firing}`, color: firing > 0 ? 'red' : undefined },
    { text: missing > 0 ? `, ${missing} missing` : '', color: 'yellow' },
    { text: blind > 0 ? `, ${blind} no data` : '', color: 'magenta' },
  ];
}

function lostWords({ what, since, heard, why }: TopSnapshot['lost'][number], now: number): string {
  const when = `${clock(since)} (${age(now - since)} ago)`;
  if (!heard) return `${what} has not answered yet, asked first at ${when}: ${why}`;
  return why === undefined
    ? `${what} was heard last at ${when}: the answer is late`
    : `${what} is silent, heard last at ${when}: ${why}`;
}

/** What keys do now, or what they are asked for. */
function footOf(state: TopState, { min, max }: { min: number; max: number }): (Span | string)[][] {
  const { mode, message, service } = state;
  const said: Span[] = message === '' ? [] : [{ text: `  ${message}`, color: 'yellow' }];
  const asked = (question: string, typed: string): (Span | string)[] => [
    { text: `${question}: `, bold: true },
    typed,
    { text: '_', dim: true },
    ...said,
  ];
  switch (mode.type) {
    case 'help':
      return [[{ text: 'any key goes back', dim: true }]];
    case 'filter':
      return [asked('/', state.filter)];
    case 'count':
      return [asked(`how many tasks of ${service}, ${min} to ${max}? Esc leaves`, mode.typed)];
    case 'reason':
      return [
        [{ text: `${mode.count} is outside of ${min} to ${max} of the definition`, color: 'yellow' }],
        asked('why', mode.typed),
      ];
    case 'confirm':
      return [
        [{ text: `${mode.action.what}?`, color: 'yellow', bold: true }],
        asked(`type ${mode.action.want} and Enter, or Esc to leave it`, mode.typed),
      ];
    default:
      return [[{ text: state.open ? DETAIL_KEYS : listKeys(state), dim: true }, readOnly(state), ...said]];
  }
}

const DETAIL_KEYS = 'r restart  s scale  l logs  p probe  ↑↓ scroll the log  ? help  q back';

function listKeys({ sort, reversed, filter }: TopState): string {
  const order = `${sort}${reversed ? ' reversed' : ''}`;
  return `? help  / ${filter === '' ? 'filter' : `filter: ${filter}`}  s sort: ${order}  Enter open  Tab pane  q quit`;
}

function readOnly(state: TopState): Span {
  return { text: state.readOnly ? '  read-only' : '', color: 'cyan' };
}
