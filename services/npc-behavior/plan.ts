import { type Action, actionsOf } from './actions.ts';
import { GOALS } from './goals.ts';
import type { Mind } from './mind.ts';

export interface Plan {
  goal: string;
  actions: Action[];
}

/** The cheapest way to what is most urgent of all that can be reached. */
export function plan(mind: Mind): Plan {
  const goals = GOALS.map(({ name, urgency, wants }) => ({
    name,
    urgency: urgency(mind),
    wants: wants(mind),
  }))
    .filter(({ urgency }) => urgency > 0)
    .sort((a, b) => b.urgency - a.urgency);
  const all = actionsOf(mind);
  for (const { name, wants } of goals) {
    const actions = cheapest(mind, relevant(all, wants), wants);
    if (actions) return { goal: name, actions };
  }
  throw new Error('Waiting is always possible.');
}

/** What leads to the facts, or to what that needs: the rest would only make the search longer. */
function relevant(all: Action[], wants: string[]): Action[] {
  const wanted = new Set(wants);
  const chosen = new Set<Action>();
  for (let before = -1; before < chosen.size; ) {
    before = chosen.size;
    for (const action of all) {
      const leads = action.gives?.some((fact) => wanted.has(fact)) ?? false;
      // Gold and places are on the way to anything.
      if (!leads && action.to === undefined && (action.gold ?? 0) >= 0) continue;
      chosen.add(action);
      for (const need of action.needs ?? []) wanted.add(need);
    }
  }
  return all.filter((action) => chosen.has(action));
}

interface State {
  at: string;
  gold: number;
  facts: string[];
}

interface Way {
  state: State;
  cost: number;
  actions: Action[];
}

/** States that are looked at before a goal counts as out of reach: many more than any way has. */
const MOST_STATES = 2_000;
/** More than any way costs: who earns without end finds no end. */
const ENOUGH_GOLD = 30;

/** Dijkstra's search, forwards from the present state. Where two ways cost the same, the first found counts. */
function cheapest(mind: Mind, actions: Action[], wants: string[]): Action[] | undefined {
  const open: Way[] = [{ state: startOf(mind), cost: 0, actions: [] }];
  const seen = new Set<string>();
  while (open.length > 0 && seen.size < MOST_STATES) {
    const way = open.reduce((best, one) => (one.cost < best.cost ? one : best));
    open.splice(open.indexOf(way), 1);
    if (wants.every((fact) => way.state.facts.includes(fact))) return way.actions;
    const key = JSON.stringify(way.state);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const action of actions)
      if (isPossible(action, way.state))
        open.push({
          state: after(action, way.state),
          cost: way.cost + action.cost,
          actions: [...way.actions, action],
        });
  }
  return undefined;
}

function startOf({ at, gold, carries }: Mind): State {
  return { at, gold: Math.min(gold, ENOUGH_GOLD), facts: carries };
}

function isPossible({ at, to, gold = 0, needs = [] }: Action, state: State): boolean {
  if (at !== undefined && at !== state.at) return false;
  return to !== state.at && gold <= state.gold && needs.every((fact) => state.facts.includes(fact));
}

function after({ to, gold = 0, gives = [], takes = [] }: Action, state: State): State {
  const kept = state.facts.filter((fact) => !takes.includes(fact));
  return {
    at: to ?? state.at,
    gold: Math.min(state.gold - gold, ENOUGH_GOLD),
    facts: [...new Set([...kept, ...gives])].sort(),
  };
}
