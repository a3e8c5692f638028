import { GsysError } from '../../lib/errors.ts';
import {
  FAULT_KINDS,
  type FaultKind,
  type FaultRequest,
  faultRequestSchema,
  type Parameters,
} from './fault.ts';
import { parseTarget, type Target } from './target.ts';

/** A request that makes sense: its target read, its parameters complete. */
export interface FaultPlan extends FaultRequest {
  aim: Target;
}

type Parameter = keyof Parameters;

interface Rule {
  on: Target['kind'][];
  needs?: Parameter[];
  takes?: Parameter[];
  /** It is over as soon as it has happened. */
  instant?: boolean;
  /** What of a process it lays hold of: two faults that do so would be healed by each other. */
  grip?: 'execution' | 'network' | 'clock' | 'disk';
}

const PROCESSES = ['task', 'nats', 'redis', 'shard'] satisfies Target['kind'][];

/** Which fault on what, with which parameters. */
const RULES: Record<FaultKind, Rule> = {
  freeze: { on: PROCESSES, grip: 'execution' },
  kill: { on: PROCESSES, instant: true },
  isolate: { on: PROCESSES, grip: 'network' },
  delay: { on: [...PROCESSES, 'aws'], needs: ['ms'], takes: ['jitter', 'rate'], grip: 'network' },
  throttle: { on: ['aws'], takes: ['rate'] },
  error: { on: ['aws'], needs: ['code'], takes: ['status', 'rate'] },
  half: { on: ['aws'], takes: ['rate'] },
  html: { on: ['aws'], takes: ['rate'] },
  hang: { on: ['aws'], takes: ['rate'] },
  strange: { on: ['aws'], takes: ['rate'] },
  clock: { on: ['task'], needs: ['offset'], grip: 'clock' },
  'full-disk': { on: [...PROCESSES, 'state'], grip: 'disk' },
};

/** How a kind of target is called in a complaint. */
const NAMES: Record<Target['kind'], string> = {
  task: 'task/…',
  nats: 'nats/…',
  redis: 'redis/…',
  shard: 'redis/shard-…',
  aws: 'aws/…',
  state: 'state',
};

/**
 * Reads a request, and refuses what cannot be meant before anything is touched.
 * @throws GsysError USAGE with one sentence
 */
export function planFault(request: unknown): FaultPlan {
  const plan = read(request);
  const aim = parseTarget(plan.target);
  const { on, needs = [], takes = [], instant } = RULES[plan.kind];
  if (!on.includes(aim.kind))
    throw refuse(
      `${plan.kind} is not for ${plan.target}: it works on ${on.map((kind) => NAMES[kind]).join(', ')}`,
    );
  const missing = needs.find((name) => plan.parameters[name] === undefined);
  if (missing !== undefined) throw refuse(`${plan.kind} needs --${missing}`);
  const given = Object.keys(plan.parameters) as Parameter[];
  const extra = given.find((name) => ![...needs, ...takes].includes(name));
  if (extra !== undefined) throw refuse(`${plan.kind} takes no --${extra}`);
  if (plan.parameters.rate !== undefined && aim.kind !== 'aws')
    throw refuse(`--rate counts calls: it is for aws/… only, not for ${plan.target}`);
  if (instant && plan.forMs !== undefined) throw refuse(`${plan.kind} is over at once: it takes no --for`);
  return { ...plan, aim };
}

/** Whether a process can be under only one of the two. */
export function excludeEachOther(one: FaultKind, other: FaultKind): boolean {
  return RULES[one].grip !== undefined && RULES[one].grip === RULES[other].grip;
}

function read(request: unknown): FaultRequest {
  const result = faultRequestSchema.safeParse(request);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = issue?.path.at(-1);
  if (name === 'kind') throw refuse(`there is no such fault; there are ${FAULT_KINDS.join(', ')}`);
  throw refuse(`${flagOf(String(name ?? 'request'))}: ${issue?.message ?? 'is wrong'}`);
}

function flagOf(name: string): string {
  return name === 'target' || name === 'request' ? name : `--${name === 'forMs' ? 'for' : name}`;
}

function refuse(message: string): GsysError {
  return new GsysError('USAGE', message, { next: 'gsys local fault inject --help' });
}
