import { SORTS } from '../../lib/observe/top/order.ts';
import { afterChangeKey } from './after-change-key.ts';
import type { Key } from './keys.ts';
import { BROWSE, PANES, type Pane, type TopState } from './state.ts';

/** What a key leads to besides another state. */
export type Effect =
  | { type: 'quit' }
  /** Ctrl-C, which a terminal in raw mode leaves to us. */
  | { type: 'interrupt' }
  /** Look at this service closely, or at none. */
  | { type: 'focus'; service: string | undefined }
  /** Leave the screen to a command of gsys. */
  | { type: 'run'; argv: string[] };

export interface Step {
  state: TopState;
  effect?: Effect;
}

/** What the screen holds, as far as keys need it. */
export interface Scene {
  environment: string;
  fleet: string;
  protected: boolean;
  /** Names in the order in which they are drawn. */
  services: string[];
  /** Rows of the other panes. */
  rows: Record<Exclude<Pane, 'services'>, number>;
  /** Of the service that stands out. */
  desired: number | undefined;
  scaling: { min: number; max: number };
  logLines: number;
  /** Rows that a page key moves. */
  page: number;
}

/** Pure. */
export function afterKey(state: TopState, key: Key, scene: Scene): Step {
  if ('name' in key && key.name === 'interrupt') return { state, effect: { type: 'interrupt' } };
  const quiet = { ...state, message: '' };
  switch (state.mode.type) {
    case 'browse':
      return state.open ? afterDetailKey(quiet, key, scene) : afterListKey(quiet, key, scene);
    case 'help':
      return { state: { ...quiet, mode: BROWSE } };
    case 'filter':
      return afterFilterKey(quiet, state.mode.before, key, scene);
    default:
      return afterChangeKey(quiet, key, scene);
  }
}

function afterListKey(state: TopState, key: Key, scene: Scene): Step {
  if ('name' in key) return afterNamedKey(state, key.name, scene);
  switch (key.char) {
    case 'q':
      return { state, effect: { type: 'quit' } };
    case '?':
      return { state: { ...state, mode: { type: 'help' } } };
    case '/':
      return { state: { ...state, mode: { type: 'filter', before: state.filter } } };
    case 's':
      return { state: { ...state, sort: next(SORTS, state.sort, 1) } };
    case 'S':
      return { state: { ...state, reversed: !state.reversed } };
    case 'j':
      return { state: moved(state, 1, scene) };
    case 'k':
      return { state: moved(state, -1, scene) };
    case 'g':
      return { state: moved(state, Number.NEGATIVE_INFINITY, scene) };
    case 'G':
      return { state: moved(state, Number.POSITIVE_INFINITY, scene) };
    default: {
      const pane = PANES[Number(key.char) - 1];
      return { state: pane === undefined ? state : { ...state, pane } };
    }
  }
}

const MOVES = {
  up: () => -1,
  down: () => 1,
  'page-up': ({ page }: Scene) => -page,
  'page-down': ({ page }: Scene) => page,
  home: () => Number.NEGATIVE_INFINITY,
  end: () => Number.POSITIVE_INFINITY,
};

function isMove(name: string): name is keyof typeof MOVES {
  return name in MOVES;
}

function afterNamedKey(state: TopState, name: string, scene: Scene): Step {
  if (isMove(name)) return { state: moved(state, MOVES[name](scene), scene) };
  if (name === 'tab') return { state: { ...state, pane: next(PANES, state.pane, 1) } };
  if (name === 'back-tab') return { state: { ...state, pane: next(PANES, state.pane, -1) } };
  if (name === 'escape') return { state: { ...state, filter: '' } };
  const service = chosen(state, scene);
  if (name !== 'enter' || service === undefined) return { state };
  if (state.pane !== 'services') return { state: { ...state, message: 'only services open' } };
  return { state: { ...state, service, open: true, scrolled: 0 }, effect: { type: 'focus', service } };
}

/** The service that stands out: the first one, where nobody has chosen or the chosen one is not shown. */
export function chosen({ service }: Pick<TopState, 'service'>, { services }: Pick<Scene, 'services'>) {
  return service !== undefined && services.includes(service) ? service : services[0];
}

function moved(state: TopState, by: number, scene: Scene): TopState {
  const { pane } = state;
  if (pane === 'services') {
    const { services } = scene;
    const from = services.indexOf(chosen(state, scene) ?? '');
    return { ...state, service: services[within(from + by, services.length)] };
  }
  return { ...state, row: { ...state.row, [pane]: within(state.row[pane] + by, scene.rows[pane]) } };
}

function within(at: number, count: number): number {
  return Math.max(0, Math.min(count - 1, at));
}

function next<T>(all: readonly T[], current: T, by: number): T {
  return all[(all.indexOf(current) + by + all.length) % all.length] as T;
}

/** The list narrows while one types; Escape gives back what there was. */
function afterFilterKey(state: TopState, before: string, key: Key, scene: Scene): Step {
  if ('char' in key) return { state: { ...state, filter: state.filter + key.char } };
  if (key.name === 'backspace') return { state: { ...state, filter: state.filter.slice(0, -1) } };
  if (key.name === 'enter') return { state: { ...state, mode: BROWSE } };
  if (key.name === 'escape') return { state: { ...state, filter: before, mode: BROWSE } };
  return isMove(key.name) ? { state: moved(state, MOVES[key.name](scene), scene) } : { state };
}

function afterDetailKey(state: TopState, key: Key, scene: Scene): Step {
  if ('name' in key) {
    if (key.name === 'escape' || key.name === 'backspace') return back(state);
    if (!isMove(key.name)) return { state };
    const scrolled = within(state.scrolled - MOVES[key.name](scene), scene.logLines);
    return { state: { ...state, scrolled } };
  }
  switch (key.char) {
    case 'q':
      return back(state);
    case '?':
      return { state: { ...state, mode: { type: 'help' } } };
    default:
      return afterChangeKey(state, key, scene);
  }
}

function back(state: TopState): Step {
  return { state: { ...state, open: false }, effect: { type: 'focus', service: undefined } };
}
