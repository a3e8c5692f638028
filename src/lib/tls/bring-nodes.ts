import { GsysError, messageOf } from '../errors.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { readRequest } from '../pki/certificate-request.ts';
import { leafOf } from '../pki/inspect.ts';
import type { IssuedRow } from '../pki/issued-row.ts';
import type { Holder } from './holders.ts';
import type { Inventory } from './inventory.ts';
import type { NodeMachine } from './node/node-machine.ts';
import { acceptRequest } from './plan-issue.ts';
import { type NodePlan, planNode } from './plan-node.ts';
import { type NodeExpectation, proveNode, readVarz } from './prove-node.ts';
import { signAndRecord } from './sign-and-record.ts';
import type { TlsContext } from './steps.ts';
import { chainOf, type Wanted } from './wanted.ts';

/** What a node is left as when its change is not seen to work. */
const BACK = 'went back to what it had, which is served again';

/**
 * Brings to nodes what they are to have: node by node, each proved on both of its listeners before the next is touched.
 * It stops at the first that does not prove, after it has taken that one back. What is so already is only looked at.
 * @throws GsysError NOT_PROVEN, NODE_UNREACHABLE, NODE_REFUSED
 */
export async function bringToNodes(
  holders: Holder[],
  inventory: Inventory,
  wanted: Wanted,
  machine: NodeMachine,
  context: TlsContext,
): Promise<void> {
  const silent: string[] = [];
  for (const holder of holders.filter(({ kind }) => kind === 'nats')) {
    context.signal?.throwIfAborted();
    await context.lock.keep();
    const node = nodeOf(holder, context);
    const runs = await bringToNode(
      { holder, node, row: inventory.get(holder.name) },
      wanted,
      machine,
      context,
    );
    if (!runs) silent.push(holder.name);
  }
  if (silent.length === 0) return;
  throw new GsysError(
    'NOT_PROVEN',
    `no nats-server runs on ${silent.join(', ')} yet: their files are in place`,
    {
      next: 'gsys tls apply-config, then the same again',
    },
  );
}

interface One {
  holder: Holder;
  node: NatsNode;
  row: IssuedRow | undefined;
}

/** @returns false of a node that has no configuration yet, so that nothing can run there and be proved */
async function bringToNode(
  one: One,
  wanted: Wanted,
  machine: NodeMachine,
  context: TlsContext,
): Promise<boolean> {
  const { holder, node, row } = one;
  const state = await machine.look(node);
  const plan = planNode(holder, row, state, wanted);
  const isNew = state.pid === undefined && state.config === undefined;
  if (state.pid === undefined && !isNew)
    throw new GsysError('NOT_PROVEN', `${holder.name} does not run, so nothing can be proved there`, {
      next: 'start its nats-server, then the same again',
    });
  if (plan.action === 'none' && row !== undefined) {
    if (!isNew) await proveAgain(one, { leaf: row.cert, probe: wanted.probe }, machine, context);
    return !isNew;
  }
  const cert = await install(one, plan, wanted, machine, context);
  if (isNew) return false;
  const before = state.cert !== undefined && state.fits ? state.cert : undefined;
  await reloadAndProve(one, { leaf: cert, probe: wanted.probe }, before, machine, context);
  return true;
}

/**
 * Puts a node's files in place where no server reads them yet. Nothing is proved.
 * @throws GsysError NODE_UNREACHABLE, NODE_REFUSED
 */
export async function placeOnNode(
  holder: Holder,
  inventory: Inventory,
  wanted: Wanted,
  machine: NodeMachine,
  context: TlsContext,
): Promise<void> {
  const one = { holder, node: nodeOf(holder, context), row: inventory.get(holder.name) };
  const plan = planNode(holder, one.row, await machine.look(one.node), wanted);
  if (plan.action !== 'none') await install(one, plan, wanted, machine, context);
}

/** @returns PEM: the leaf that lies there now */
async function install(
  one: One,
  plan: NodePlan,
  wanted: Wanted,
  machine: NodeMachine,
  context: TlsContext,
): Promise<string> {
  const { holder, node, row } = one;
  const cert = plan.action === 'reissue' ? await reissue(one, wanted, machine, context) : row?.cert;
  if (cert === undefined) throw new GsysError('INTERNAL', `${holder.name} has no certificate to install`);
  const chain = plan.action === 'trust' ? undefined : chainOf(cert, wanted);
  await machine.install(node, chain, wanted.bundle);
  const detail = 'reason' in plan ? plan.reason : '';
  context.tell({ type: 'installed', holder: holder.name, detail });
  return cert;
}

/** It has what it should; whoever brought it may have been killed between the switch and the reload. */
async function proveAgain(
  one: One,
  expected: NodeExpectation,
  machine: NodeMachine,
  context: TlsContext,
): Promise<void> {
  const holder = one.holder.name;
  const { proved, detail } = await proveNode(one.node, expected, context, 0);
  if (proved) return context.tell({ type: 'proved', holder, detail: `${detail} already` });
  context.tell({ type: 'waiting', holder, detail });
  await reloadAndProve(one, expected, undefined, machine, context);
}

/** @returns PEM: a leaf for a key that was just made on the node */
async function reissue(
  { holder, node, row }: One,
  wanted: Wanted,
  machine: NodeMachine,
  context: TlsContext,
) {
  const authority = await wanted.authority();
  const pem = await machine.request(node);
  acceptRequest(pem, { holder, row }, false);
  return leafOf(await signAndRecord(holder, readRequest(pem).publicKey, authority, context));
}

/** @param before PEM: what it goes back to; undefined: nothing */
async function reloadAndProve(
  { holder, node }: One,
  expected: NodeExpectation,
  before: string | undefined,
  machine: NodeMachine,
  context: TlsContext,
): Promise<void> {
  const { tell } = context;
  let why: string;
  try {
    const loadedBefore = (await readVarz(node, context.fleet.environment)).config_load_time;
    await machine.reload(node);
    const { proved, detail } = await proveNode(node, { ...expected, loadedBefore }, context);
    if (proved) return tell({ type: 'proved', holder: holder.name, detail });
    why = detail;
  } catch (error) {
    if (context.signal?.aborted) throw error;
    why = messageOf(error);
  }
  if (before === undefined)
    throw new GsysError('NOT_PROVEN', `${holder.name} is not seen to use what was brought: ${why}`, {
      details: ['it had nothing good to go back to'],
      next: `gsys tls inspect ${holder.name}`,
    });
  tell({ type: 'went-back', holder: holder.name, detail: why });
  const back = await goBack(node, before, machine, context);
  throw new GsysError('NOT_PROVEN', `${holder.name} is not seen to use what was brought: ${why}`, {
    details: [
      back.proved ? `${holder.name} ${BACK}` : `and what it went back to is not seen either: ${back.detail}`,
    ],
    next: `look at the log of ${holder.name}, then the same again`,
  });
}

async function goBack(node: NatsNode, leaf: string, machine: NodeMachine, context: TlsContext) {
  try {
    await machine.back(node);
    await machine.reload(node);
    return await proveNode(node, { leaf }, context);
  } catch (error) {
    return { proved: false, detail: messageOf(error) };
  }
}

function nodeOf({ name }: Holder, { fleet }: TlsContext): NatsNode {
  const node = fleet.environment.nats.nodes.find((one) => one.name === name);
  if (node === undefined) throw new GsysError('INTERNAL', `${name} is no node of the definition`);
  return node;
}
