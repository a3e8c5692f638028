import { PANES, type Pane } from './state.ts';

/** Lines of each pane, its head among them. */
export type Layout = Record<Pane, number>;

/** Rows that a pane keeps when others want more, where it has so many. */
const KEPT: Record<Pane, number> = { services: 4, nats: 5, redis: 3, alarms: 1, events: 2 };
/** A pane that is looked at gets this share of what is left at least. */
const SHARE = 0.5;

/**
 * How the lines of a screen are shared out: every pane keeps its head and a few rows, the one that is looked at gets
 * most of the rest, services come next. Pure.
 * @param rows that each pane has
 */
export function layoutOf(lines: number, rows: Record<Pane, number>, looked: Pane): Layout {
  const layout = {} as Layout;
  let left = lines;
  const give = (pane: Pane, wanted: number) => {
    const given = Math.max(0, Math.min(wanted, left));
    layout[pane] = (layout[pane] ?? 0) + given;
    left -= given;
  };
  const order = [looked, ...PANES.filter((pane) => pane !== looked)];
  // An empty pane has a line that says so.
  const most = (pane: Pane) => 1 + Math.max(1, rows[pane]);
  for (const pane of order) give(pane, Math.min(most(pane), 1 + KEPT[pane]));
  give(looked, Math.min(most(looked) - layout[looked], Math.ceil(left * SHARE)));
  for (const pane of order) give(pane, most(pane) - layout[pane]);
  give('events', left);
  return layout;
}

/** The rows around the one that stands out, as many as there is room for. Pure. */
export function windowOf<T>(rows: T[], at: number, room: number): { shown: T[]; first: number } {
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), rows.length - room));
  return { shown: rows.slice(first, first + room), first };
}
