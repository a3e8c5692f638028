import { secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { GsysError, messageOf } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { liveConnections } from '../nats/connections.ts';
import { natsSessions } from '../nats/sessions.ts';
import { bundleOf } from '../pki/authority-folder.ts';
import { requireNoneWrong } from './apply-config.ts';
import { placeOnNode } from './bring-nodes.ts';
import { asTlsSteps } from './config/as-tls-steps.ts';
import { type PlannedNode, planNode } from './config/plan-config.ts';
import { provePermissions } from './config/prove-permissions.ts';
import { type RollContext, rollConfigs } from './config/roll-config.ts';
import type { ConfigStep } from './config/steps.ts';
import { refuseInRotation } from './distribute.ts';
import { holdersOf } from './holders.ts';
import { readInventory } from './inventory.ts';
import type { NodeMachine } from './node/node-machine.ts';
import type { TlsContext, TlsStep } from './steps.ts';
import { lazyAuthority, type TlsChange, type TlsWorld, tlsWorld, underLock } from './tls-change.ts';
import { ensureTrustFile } from './trust-file.ts';
import {
  refusalsAtNodes,
  requireNoneRefused,
  untilAllAreReady,
  untilNobodyNeedsTls,
} from './turn-on/gates.ts';
import { type FoundNode, lookAtNodes, textOf } from './turn-on/look.ts';
import { planTurnOn, type Stand, type Step } from './turn-on/plan-turn-on.ts';
import type { Rung } from './turn-on/rungs.ts';
import { judgeReadiness, leavesOf, whoIs } from './turn-on/unready.ts';
import { passageWitness } from './turn-on/witness.ts';
import { missingOrDue, type Wanted } from './wanted.ts';

export interface TurnOnOptions extends TlsChange {
  to: Exclude<Rung, 'routes'>;
  /** Milliseconds that clients get to be ready, before it stops and names those who are not. */
  patience: number;
  confirm(plan: PlannedTurnOn): Promise<void>;
  /** Whether somebody wants it to end after the node that is under way. */
  asked(): boolean;
}

export interface PlannedTurnOn {
  to: Rung;
  nodes: Stand[];
  steps: Step[];
  /** What the first of them changes, setting by setting. */
  first: PlannedNode[];
  /** Who would be locked out if nobody without a certificate got in; undefined where no node tells who is connected. */
  unready: string[] | undefined;
}

export interface TurnedOn {
  outcome: 'done' | 'nothing-to-do' | 'dry-run';
  plan: PlannedTurnOn;
}

/**
 * Takes a fleet that runs without TLS to mapped certificates, or back, rung by rung and node by node, so that nobody
 * notices. Where it stands is read from the nodes each time: ended at any moment and called again, it goes on.
 * @throws GsysError INVALID_DEFINITION, NOT_PROVEN with who or what keeps it, NODE_UNREACHABLE, LOCKED, INTERRUPTED
 */
export async function turnOnTls(options: TurnOnOptions): Promise<TurnedOn> {
  const world = await tlsWorld(options);
  const { fleet, machine } = world;
  await refuseInRotation(options);
  const found = await lookAtNodes(fleet, machine);
  const way = planTurnOn(found, options.to);
  if (Array.isArray(way))
    throw new GsysError('NOT_PROVEN', 'there is no way from where the nodes are', {
      details: way,
      next: 'gsys tls apply-config --dry-run shows what each of them has',
    });
  const plan = await planned(found, way.steps, options, fleet);
  if (options.dryRun) return { outcome: 'dry-run', plan };
  if (way.steps.length === 0 && way.putBack.length === 0) return { outcome: 'nothing-to-do', plan };
  await options.confirm(plan);
  await underLock(options, fleet, async (context) => {
    await ensureTrustFile(fleet, world.issuer);
    for (const one of found.filter(({ node }) => way.putBack.includes(node)))
      await machine.configure(one.at, textOf(one, one.loaded as Rung));
    for (const step of way.steps) await take(step, found, world, context, options);
    if (options.to === 'mapped') await tryPermissions(fleet, context);
  });
  return { outcome: 'done', plan };
}

async function planned(
  found: FoundNode[],
  steps: Step[],
  { to, access }: TurnOnOptions,
  fleet: Fleet,
): Promise<PlannedTurnOn> {
  const [step] = steps;
  const first = found
    .filter(({ node }) => step?.nodes.includes(node))
    .map((one) => toRoll(one, step as Step).plan);
  const nodes = found.map(({ node, file, loaded }) => ({ node, file, loaded }));
  const tell = found.every(({ loaded }) => loaded === 'mixed' || loaded === 'routes');
  if (!tell) return { to, nodes, steps, first, unready: undefined };
  const judge = judgeReadiness(fleet, leavesOf(fleet, await readInventory(ssm(access), fleet)));
  const sessions = natsSessions(fleet.environment);
  const seen = await liveConnections(fleet.environment.nats.nodes, sessions, { subscriptions: true }).finally(
    () => sessions.close(),
  );
  const unready = seen.flatMap((one) =>
    one.connections === undefined
      ? [`${one.node} does not tell who is connected: ${one.why}`]
      : one.connections.flatMap((connection) => {
          const why = judge(connection);
          return why === undefined ? [] : [`${whoIs(connection)}: ${why}`];
        }),
  );
  return { to, nodes, steps, first, unready };
}

async function take(
  step: Step,
  found: FoundNode[],
  world: TlsWorld,
  context: TlsContext,
  options: TurnOnOptions,
): Promise<void> {
  const { fleet, machine } = world;
  const { environment } = fleet;
  const { lock, signal, tell } = context;
  const nodes = found.filter(({ node }) => step.nodes.includes(node));
  const gate = gateOf(step, context, options);
  await gate();
  if (step.from === 'plain') await prepare(nodes, world, context, options);
  const rolling: RollContext = {
    ...{ environment, machine, signal, gate },
    // Between a plain and an encrypted route there is none: the few seconds are not to be made longer.
    asked: step.how === 'reload' ? () => false : options.asked,
    keepLock: () => lock.keep(),
    tell: (step) => told(step).forEach(tell),
    witness: {
      before: passageWitness(environment, step.from),
      after: passageWitness(environment, step.to),
    },
    again: `gsys ${context.holder.command}`,
  };
  try {
    await rollConfigs(
      nodes.map((one) => toRoll(one, step)),
      rolling,
    );
  } catch (error) {
    if (step.how === 'reload') await takeBackAll(nodes, step, machine, context);
    throw error;
  }
  tell({ type: 'rung', rung: step.to, detail: passageWitness(environment, step.to).listening });
}

/** What has to hold before a step, and before each node of it. */
function gateOf(step: Step, context: TlsContext, { patience }: TurnOnOptions): () => Promise<void> {
  if (step.to === 'mapped' || (step.from === 'mixed' && step.to === 'routes'))
    return () => untilAllAreReady(patience, context);
  if (step.to === 'plain') return () => untilNobodyNeedsTls(patience, context);
  if (step.from !== 'plain') return async () => {};
  const refusals = refusalsAtNodes(context.fleet);
  return async () => requireNoneRefused(await refusals());
}

/** Keys and certificates where no server reads them yet, and a copy of what was there before. */
async function prepare(
  nodes: FoundNode[],
  { fleet, issuer, machine }: TlsWorld,
  context: TlsContext,
  { passphrase }: TurnOnOptions,
): Promise<void> {
  const inventory = await readInventory(ssm(context.access), fleet);
  const wanted: Wanted = {
    issuers: [issuer],
    bundle: bundleOf(issuer),
    renew: (holder, row) => missingOrDue(holder, row, issuer.cert),
    authority: lazyAuthority(issuer, passphrase, fleet),
  };
  for (const { node, at, file } of nodes) {
    await context.lock.keep();
    const holder = holdersOf(fleet).find(({ name }) => name === node);
    if (holder !== undefined) await placeOnNode(holder, inventory, wanted, machine, context);
    if (file === 'plain') await machine.keep(at);
  }
}

/** A few encrypted routes among plain ones are a cluster that falls apart at the next restart of one of its nodes. */
async function takeBackAll(
  nodes: FoundNode[],
  step: Step,
  machine: NodeMachine,
  { tell }: TlsContext,
): Promise<void> {
  for (const one of nodes)
    try {
      const text = textOf(one, step.from);
      if ((await machine.look(one.at)).config === text) continue;
      await machine.configure(one.at, text);
      await machine.reload(one.at);
      tell({ type: 'went-back', holder: one.node, detail: `its routes are as on ${step.from} again` });
    } catch (error) {
      tell({ type: 'waiting', holder: one.node, detail: `it does not go back: ${messageOf(error)}` });
    }
}

function toRoll(one: FoundNode, step: Step) {
  const text = textOf(one, step.to);
  const before = step.from === one.loaded ? one.text : textOf(one, step.from);
  const look = { node: one.node, config: before, loaded: { tags: [], loadedAt: '', startedAt: '' } };
  const plan = { ...planNode(look, text, [], step.how === 'restart'), action: step.how };
  return { node: one.at, text, plan };
}

async function tryPermissions(fleet: Fleet, { access, signal }: TlsContext): Promise<void> {
  requireNoneWrong(await provePermissions(fleet, fleet.environment.nats.nodes, secrets(access), signal));
}

/** With what each node is told to do: it takes longer here than anything else. */
function told(step: ConfigStep): TlsStep[] {
  if (step.type === 'reloading' || step.type === 'draining' || step.type === 'starting')
    return [{ type: 'waiting', holder: step.node, detail: step.type }];
  return asTlsSteps(step, 'its configuration');
}
