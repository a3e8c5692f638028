import { GsysError, messageOf } from '../../errors.ts';
import type { Environment, NatsNode } from '../../fleet/fleet.ts';
import { configTag } from '../../nats/server-config.ts';
import { pause } from '../../pause.ts';
import type { NodeMachine } from '../node/node-machine.ts';
import { readVarz } from '../prove-node.ts';
import { handOver } from './hand-over.ts';
import type { PlannedNode } from './plan-config.ts';
import { type ProveContext, proveConfig } from './prove-config.ts';
import type { ConfigStep } from './steps.ts';

/** One node, and what it is to have. */
export interface NodeToRoll {
  node: NatsNode;
  plan: PlannedNode;
  text: string;
}

export interface RollContext {
  environment: Environment;
  machine: NodeMachine;
  signal: AbortSignal | undefined;
  /** Whether somebody wants it to end after the node that is under way. */
  asked(): boolean;
  /** @throws GsysError LOCKED */
  keepLock(): Promise<void>;
  tell(step: ConfigStep): void;
}

/** Milliseconds. A reload takes a hundredth of a second. */
const RELOAD_PATIENCE = 15_000;
/** Milliseconds: in lame duck mode a node waits ten seconds, and lets its clients go for fifty more. */
const DRAIN_PATIENCE = 120_000;
/** Milliseconds until whoever keeps a node has started it again; the embedded platform takes up to fifteen seconds. */
const START_PATIENCE = 45_000;
/** Milliseconds that a node which has started gets to be a part of the cluster, its JetStream current. */
const JOIN_PATIENCE = 90_000;
/** Milliseconds between two looks at its process. */
const LOOK_EVERY = 1000;
/** Milliseconds that a cluster gets to be whole before a node is taken out of it. */
const WHOLE_PATIENCE = 30_000;

/**
 * Brings configurations node by node. Each is proved before the next is touched; one that does not prove is taken back,
 * proved again, and ends it.
 * @returns names of the nodes that were changed @throws GsysError NOT_PROVEN, INTERRUPTED, with how far it came
 */
export async function rollConfigs(nodes: NodeToRoll[], context: RollContext): Promise<string[]> {
  const done: string[] = [];
  for (const one of nodes.filter(({ plan }) => plan.action !== 'none')) {
    try {
      context.signal?.throwIfAborted();
      if (context.asked()) throw new GsysError('INTERRUPTED', 'ended after the node that was under way');
      await context.keepLock();
      await rollOne(one, context);
      done.push(one.node.name);
    } catch (error) {
      throw withState(error, done, nodes, one);
    }
  }
  return done;
}

async function rollOne({ node, plan, text }: NodeToRoll, context: RollContext): Promise<void> {
  const { environment, machine, tell } = context;
  const proving = provingOf(node, context);
  const before = await machine.look(node);
  const tag = configTag(text);
  const restart = plan.action === 'restart';
  if (restart) {
    const whole = await proveConfig(node, { tag: undefined, whole: true }, proving, WHOLE_PATIENCE);
    if (!whole.proved)
      throw new GsysError('NOT_PROVEN', `${node.name} is not taken out of a cluster that is not whole`, {
        details: whole.detail.split('; '),
        next: 'gsys verify --only "nats.*"',
      });
  }
  const varz = plan.action === 'start' ? undefined : await readVarz(node, environment);
  if (before.config !== text) {
    await machine.configure(node, text);
    tell({ type: 'configured', node: node.name });
  }
  const told = restart ? 'draining' : plan.action === 'start' ? 'starting' : 'reloading';
  tell({ type: told, node: node.name });
  let why: string;
  try {
    if (restart) {
      await handOver(node, proving);
      await machine.drain(node);
    } else if (varz !== undefined) await machine.reload(node);
    if (told !== 'reloading') await waitForProcess(node, before.pid, context);
    const expected = restart
      ? { tag, startedBefore: varz?.start, whole: true }
      : { tag, loadedBefore: varz?.config_load_time, whole: false };
    const patience = told === 'reloading' ? RELOAD_PATIENCE : JOIN_PATIENCE;
    const { proved, detail } = await proveConfig(node, expected, proving, patience);
    if (proved) return tell({ type: 'proved', node: node.name, detail });
    why = detail;
  } catch (error) {
    if (context.signal?.aborted) throw error;
    why = messageOf(error);
  }
  await takeBack({ node, why, before: before.config, text, drained: restart }, context);
}

interface Failed {
  node: NatsNode;
  why: string;
  /** What it had; undefined: nothing. */
  before: string | undefined;
  text: string;
  drained: boolean;
}

/** @throws GsysError NOT_PROVEN, always */
async function takeBack({ node, why, before, text, drained }: Failed, context: RollContext): Promise<never> {
  const message = `${node.name} is not seen to use its configuration: ${why}`;
  const next = `look at the log of ${node.name}, then the same again`;
  const lies = `the configuration that it was to use lies in ${node.folder}`;
  if (before === undefined || before === text)
    throw new GsysError('NOT_PROVEN', message, {
      details: [lies, 'there is none to go back to'],
      next: before === text ? `gsys tls apply-config ${node.name} --restart` : next,
    });
  context.tell({ type: 'went-back', node: node.name, detail: why });
  const back = await goBack(node, before, drained, context).catch((error: unknown) => {
    context.signal?.throwIfAborted();
    return { proved: false, detail: messageOf(error) };
  });
  throw new GsysError('NOT_PROVEN', message, {
    details: [
      back.proved
        ? `${node.name} went back to what it had, and is seen to use that`
        : `${node.name} has its old file again, and is not seen to use it: ${back.detail}`,
    ],
    next,
  });
}

async function goBack(node: NatsNode, before: string, drained: boolean, context: RollContext) {
  const { environment, machine } = context;
  const proving = provingOf(node, context);
  const tag = configTag(before);
  await machine.unconfigure(node);
  const varz = await readVarz(node, environment).catch(() => undefined);
  // One that is down, or comes and goes, takes the old file when it is started.
  if (varz === undefined)
    return await proveConfig(node, { tag, whole: false }, proving, START_PATIENCE + RELOAD_PATIENCE);
  if (!drained || (tag !== undefined && varz.tags?.includes(tag))) {
    await machine.reload(node);
    // It may never have left what it had.
    const since = tag === undefined ? { loadedBefore: varz.config_load_time } : {};
    return await proveConfig(node, { tag, ...since, whole: false }, proving, RELOAD_PATIENCE);
  }
  const { pid } = await machine.look(node);
  await handOver(node, proving);
  await machine.drain(node);
  await waitForProcess(node, pid, context);
  return await proveConfig(node, { tag, startedBefore: varz.start, whole: false }, proving, JOIN_PATIENCE);
}

/**
 * Waits until another process than before runs by the node's pid file.
 * @throws GsysError NOT_PROVEN
 */
async function waitForProcess(
  node: NatsNode,
  before: number | undefined,
  { machine, signal, keepLock, tell }: RollContext,
): Promise<void> {
  let told = '';
  let since = Date.now();
  for (;;) {
    await keepLock();
    const { pid } = await machine.look(node);
    if (pid !== undefined && pid !== before) return;
    const [detail, patience] =
      pid === undefined
        ? ['nobody has started it again', START_PATIENCE]
        : ['it has not ended', DRAIN_PATIENCE];
    if (detail !== told) {
      since = Date.now();
      tell({ type: 'waiting', node: node.name, detail });
    }
    told = detail;
    if (Date.now() - since > patience)
      throw new GsysError('NOT_PROVEN', `${detail} for ${patience / 1000} s`);
    await pause(LOOK_EVERY, signal);
  }
}

function provingOf({ name }: NatsNode, { environment, signal, keepLock, tell }: RollContext): ProveContext {
  return {
    ...{ environment, signal, keepLock },
    waiting: (detail) => tell({ type: 'waiting', node: name, detail }),
  };
}

/** What fails, or is interrupted, also says how far it came. */
function withState(error: unknown, done: string[], all: NodeToRoll[], at: NodeToRoll): GsysError {
  const known = error instanceof GsysError ? error : undefined;
  const rest = all.slice(all.indexOf(at) + 1).filter(({ plan }) => plan.action !== 'none');
  const names = (nodes: string[]) => (nodes.length === 0 ? 'none' : nodes.join(', '));
  return new GsysError(known?.code ?? 'INTERNAL', messageOf(error), {
    cause: error,
    details: [
      ...(known?.details ?? []),
      `proved: ${names(done)}; under way or next: ${at.node.name}; untouched: ${names(rest.map(({ node }) => node.name))}`,
    ],
    next: known?.next ?? 'gsys tls apply-config',
  });
}
