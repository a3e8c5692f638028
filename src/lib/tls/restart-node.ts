import { GsysError } from '../errors.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { handOver } from './config/hand-over.ts';
import { type ProveContext, proveConfig } from './config/prove-config.ts';
import type { NodeMachine } from './node/node-machine.ts';
import { readVarz } from './prove-node.ts';
import type { TlsContext } from './steps.ts';

/** Milliseconds that a cluster gets to be whole before a node is taken out of it. */
const WHOLE_PATIENCE = 60_000;
/** The same of a node that lets its clients go for up to a minute, and of whoever starts it again. */
const RESTART_PATIENCE = 180_000;

/**
 * Restarts a node in lame duck mode. It does not begin before the cluster is whole, and ends when it is so again with
 * another process in it.
 * @throws GsysError NOT_PROVEN
 */
export async function restartNode(node: NatsNode, machine: NodeMachine, context: TlsContext): Promise<void> {
  const { fleet, lock, signal, tell } = context;
  const { environment } = fleet;
  const proving: ProveContext = {
    ...{ environment, signal, keepLock: () => lock.keep() },
    waiting: (detail) => tell({ type: 'waiting', holder: node.name, detail }),
  };
  const before = await proveConfig(node, { tag: undefined, whole: true }, proving, WHOLE_PATIENCE);
  if (!before.proved)
    throw notWhole(`${node.name} is not taken out of a cluster that is not whole`, before.detail);
  const { start } = await readVarz(node, environment);
  await handOver(node, proving);
  await machine.drain(node);
  const expected = { tag: undefined, startedBefore: start, whole: true };
  const after = await proveConfig(node, expected, proving, RESTART_PATIENCE);
  if (!after.proved) throw notWhole(`${node.name} is not back`, after.detail);
  tell({ type: 'proved', holder: node.name, detail: after.detail });
}

function notWhole(message: string, detail: string): GsysError {
  return new GsysError('NOT_PROVEN', message, {
    details: detail.split('; '),
    next: 'gsys verify --only "nats.*", then the same again',
  });
}
