import { SORTS, type Sort } from '../../lib/observe/top/order.ts';

export const PANES = ['services', 'nats', 'redis', 'alarms', 'events'] as const;
export type Pane = (typeof PANES)[number];

/** What somebody has made of the screen. */
export interface TopState {
  readOnly: boolean;
  pane: Pane;
  /** The service that stands out: by name, so that it stays the same one when the order changes. */
  service: string | undefined;
  /** The row that stands out in each of the other panes. */
  row: Record<Exclude<Pane, 'services'>, number>;
  filter: string;
  sort: Sort;
  reversed: boolean;
  /** Whether the service that stands out fills the screen. */
  open: boolean;
  /** Lines of its log that were scrolled back. */
  scrolled: number;
  mode: Mode;
  /** Of the last key, where it needs words. */
  message: string;
}

/** What keys mean. */
export type Mode =
  | { type: 'browse' }
  | { type: 'help' }
  | { type: 'filter'; before: string }
  | { type: 'count'; typed: string }
  | { type: 'reason'; count: number; typed: string }
  | { type: 'confirm'; action: Action; typed: string };

/** A command that changes something, before it is confirmed. */
export interface Action {
  /** `restart settings in local` */
  what: string;
  argv: string[];
  /** What has to be typed. */
  want: string;
}

export const BROWSE: Mode = { type: 'browse' };

export function initialState(readOnly: boolean): TopState {
  return {
    ...{ readOnly, pane: 'services', service: undefined },
    row: { nats: 0, redis: 0, alarms: 0, events: 0 },
    ...{ filter: '', sort: SORTS[0], reversed: false },
    ...{ open: false, scrolled: 0, mode: BROWSE, message: '' },
  };
}
