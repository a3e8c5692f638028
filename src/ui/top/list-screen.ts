import { Fragment, createElement as h, type ReactElement } from 'react';
import type { Notice } from '../../lib/observe/top/notices.ts';
import type { TopSnapshot } from '../../lib/observe/top/rows.ts';
import { chosen, type Scene } from './after-key.ts';
import type { Column } from './columns.ts';
import { layoutOf } from './layout.ts';
import { clock } from './numbers.ts';
import { tablePane } from './pane.ts';
import type { Shown } from './shown.ts';
import type { Pane, TopState } from './state.ts';
import { alarmColumns, nodeColumns, serviceColumns, shardColumns } from './tables.ts';

interface Props {
  snapshot: TopSnapshot;
  shown: Shown;
  scene: Scene;
  state: TopState;
  lines: number;
  width: number;
}

/** All panes, one below the other. */
export function ListScreen({ snapshot, shown, scene, state, lines, width }: Props): ReactElement {
  const { nodes, shards, at } = snapshot;
  const { services, alarms, events } = shown;
  const layout = layoutOf(lines, { ...scene.rows, services: services.length }, state.pane);
  const pane = (name: Pane) => ({
    ...{ key: name, lines: layout[name], width, looked: state.pane === name },
    at: name === 'services' ? scene.services.indexOf(chosen(state, scene) ?? '') : state.row[name],
  });
  const isOld = ({ oldSince }: { oldSince: number | undefined }) => oldSince !== undefined;
  const widest = (rows: { name: string }[], most: number) =>
    Math.min(most, Math.max(8, ...rows.map(({ name }) => name.length)));
  return h(
    Fragment,
    null,
    tablePane({
      ...{ ...pane('services'), columns: serviceColumns(widest(snapshot.services, 24), at), rows: services },
      ...{ isOld, empty: state.filter === '' ? 'none is defined' : 'none has that in its name or trouble' },
    }),
    tablePane({
      ...{ ...pane('nats'), columns: nodeColumns(widest(nodes, 12)), rows: nodes, isOld },
      empty: 'none is defined',
    }),
    tablePane({
      ...{ ...pane('redis'), columns: shardColumns(widest(shards, 16)), rows: shards, isOld },
      empty: 'not seen yet',
    }),
    tablePane({
      ...{ ...pane('alarms'), columns: alarmColumns(widest(alarms, 44), at), rows: alarms, isOld },
      empty: snapshot.alarms.length === 0 ? 'not seen yet' : 'none has that in its name',
    }),
    tablePane({
      ...{ ...pane('events'), columns: EVENT_COLUMNS, rows: events, isOld: () => false },
      empty: 'none yet',
    }),
  );
}

const COLOURS = { bad: 'red', good: 'green', plain: undefined };

export const EVENT_COLUMNS: Column<Notice>[] = [
  { head: 'TIME', width: 8, rank: 0, cell: ({ at }) => clock(at) },
  { head: 'EVENTS', width: 20, rank: 1, cell: ({ about }) => about },
  {
    ...{ head: '', width: 20, rank: 2, grows: true },
    cell: ({ text, kind }) => ({ text, color: COLOURS[kind] }),
  },
];
