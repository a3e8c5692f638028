import { RUNGS, type Rung } from './rungs.ts';

/** What is known of a node before anything is changed. */
export interface Stand {
  node: string;
  /** What lies in its file; undefined: on no rung. */
  file: Rung | undefined;
  /** What its server runs as. */
  loaded: Rung | undefined;
}

/** One change of the whole fleet, to be brought node by node. */
export interface Step {
  from: Rung;
  to: Rung;
  /** Routes are encrypted by a reload; TLS mapping and plaintext need a restart. */
  how: 'restart' | 'reload';
  /** Names of those that are still to be changed. */
  nodes: string[];
}

export interface TurnOnPlan {
  steps: Step[];
  /** Nodes whose file is another rung than they are to be brought from: whoever changed it was ended before they loaded it. */
  putBack: string[];
}

/**
 * The way from where the nodes are to where they are to be, rung by rung: all nodes take one before any takes the next,
 * because those that are two apart would not hear each other. Pure.
 * @returns why there is no way
 */
export function planTurnOn(stands: Stand[], to: Rung): TurnOnPlan | string[] {
  const unknown = stands.filter(({ loaded }) => loaded === undefined);
  if (unknown.length > 0)
    return unknown.map(({ node }) => `${node} runs with a configuration that is on none of the rungs`);
  const at = stands.map(({ loaded }) => RUNGS.indexOf(loaded as Rung));
  const [low, high, goal] = [Math.min(...at), Math.max(...at), RUNGS.indexOf(to)];
  if (high - low > 1) {
    const of = (rung: number) => stands.filter((_, i) => at[i] === rung).map(({ node }) => node);
    return [`${of(low).join(', ')} runs as ${RUNGS[low]}, ${of(high).join(', ')} as ${RUNGS[high]}`];
  }
  const steps: Step[] = [];
  for (let rung = low; rung < goal; rung++) steps.push(stepOf(rung, rung + 1, stands));
  for (let rung = high; rung > goal; rung--) steps.push(stepOf(rung, rung - 1, stands));
  const next = (node: string) => steps.find(({ nodes }) => nodes.includes(node))?.to;
  const putBack = stands.filter(({ node, file, loaded }) => file !== loaded && file !== next(node));
  return { steps, putBack: putBack.map(({ node }) => node) };
}

/** Of the first step, those who have taken it already are left alone; from the next on it is everybody. */
function stepOf(from: number, to: number, stands: Stand[]): Step {
  const direction = Math.sign(to - from);
  const taken = (rung: number) => (rung - to) * direction >= 0;
  const nodes = stands.filter(({ loaded }) => !taken(RUNGS.indexOf(loaded as Rung))).map(({ node }) => node);
  const [one, other] = [RUNGS[from] as Rung, RUNGS[to] as Rung];
  const how = [one, other].every((rung) => rung === 'mixed' || rung === 'routes') ? 'reload' : 'restart';
  return { from: one, to: other, how, nodes };
}
