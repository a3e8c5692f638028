import { secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { GsysError, messageOf } from '../errors.ts';
import { isIssuedBy } from '../pki/inspect.ts';
import { requireClocks } from './clocks.ts';
import { chooseHolders } from './holders.ts';
import { readInventory } from './inventory.ts';
import { openIssuer, requireLasting } from './issuer.ts';
import { issuerOf, issuerShelf } from './issuer-shelf.ts';
import { type AuthorityTerms, prepareAuthority } from './prepare-authority.ts';
import { continueAuthority } from './rotate-authority.ts';
import { continueLeaves } from './rotate-leaves.ts';
import type { Journal } from './rotation-work.ts';
import {
  type Rotation,
  readRotations,
  recordTransition,
  rotationId,
  serialOf,
  type Transition,
  underWay,
} from './rotations.ts';
import type { TlsContext } from './steps.ts';
import { type TlsChange, type TlsWorld, tlsWorld, underLock } from './tls-change.ts';
import { missingOrDue } from './wanted.ts';

export interface RotateOptions extends TlsChange {
  kind: Rotation['kind'];
  /** Of leaves: names of holders; none means all. */
  holders: string[];
  /** Of leaves: those alone that are missing or due. */
  due: boolean;
  /** Of the one that is under way: goes on, or goes back. */
  mode: 'start' | 'resume' | 'abort';
  authority: AuthorityTerms;
  confirm(plan: PlannedRotation): Promise<void>;
}

export interface PlannedRotation {
  kind: Rotation['kind'];
  mode: RotateOptions['mode'];
  /** Undefined of one that is to begin. */
  rotation: Rotation | undefined;
  /** Who gets another certificate. */
  holders: string[];
}

export interface Rotated {
  outcome: 'proven' | 'aborted' | 'nothing-to-do' | 'dry-run';
  rotation: Rotation | undefined;
  plan: PlannedRotation;
}

/**
 * Rotates leaves, or the authority behind them, or goes on with it, or back. Each step is written down with what was
 * seen, so that anybody can go on from any machine.
 * @throws GsysError LOCKED while another one is under way, NO_SUCH_ROTATION, and whatever stops a step
 */
export async function rotate(options: RotateOptions): Promise<Rotated> {
  const world = await tlsWorld(options);
  const plan = await planRotation(options, world);
  if (plan.holders.length === 0) return { outcome: 'nothing-to-do', rotation: plan.rotation, plan };
  if (options.dryRun) return { outcome: 'dry-run', rotation: plan.rotation, plan };
  await options.confirm(plan);
  return await underLock(options, world.fleet, async (context) => {
    // Somebody else may have had the lock since.
    let reached = await find(options);
    const seen = evidenceOf(context);
    const write = journalOf(seen, context);
    const journal: Journal = async (...step) => {
      reached = await write(...step);
      return reached;
    };
    try {
      const begun = reached ?? (await begin(options, plan, journal, seen.context, world));
      const rotation =
        options.mode === 'abort' && !begun.aborting ? await turnBack(begun, journal, context) : begun;
      const go = rotation.kind === 'leaf' ? continueLeaves : continueAuthority;
      const ended = await go(rotation, { world, context: seen.context, journal, options });
      return { outcome: ended.aborting ? 'aborted' : 'proven', rotation: ended, plan };
    } catch (error) {
      throw reached === undefined ? error : withState(error, reached);
    }
  });
}

/** What fails, or is interrupted, also says how far it came. */
function withState(error: unknown, { id, kind, phase }: Rotation): GsysError {
  const known = error instanceof GsysError ? error : undefined;
  const goesOn = `gsys tls rotate ${kind} --resume`;
  return new GsysError(known?.code ?? 'INTERNAL', messageOf(error), {
    cause: error,
    details: [...(known?.details ?? []), `rotation ${id} is ${phase}: ${goesOn}, or --abort`],
    next: known?.next ?? goesOn,
  });
}

async function planRotation(options: RotateOptions, { fleet, issuer }: TlsWorld): Promise<PlannedRotation> {
  const { kind, mode, due } = options;
  const rotation = await find(options);
  if (rotation !== undefined) return { kind, mode, rotation, holders: rotation.holders };
  requireLasting(issuer, fleet, new Date());
  const inventory = await readInventory(ssm(options.access), fleet);
  const all = chooseHolders(fleet, options.holders);
  const chosen = all.filter(
    (holder) => !due || missingOrDue(holder, inventory.get(holder.name), issuer.cert) !== undefined,
  );
  return { kind, mode, rotation, holders: chosen.map(({ name }) => name) };
}

/** @returns the one to go on with, undefined where one is to begin @throws GsysError LOCKED, NO_SUCH_ROTATION */
async function find({ fleet, access, kind, mode }: RotateOptions): Promise<Rotation | undefined> {
  const rotation = underWay(await readRotations(ssm(access), fleet));
  if (mode === 'start') {
    if (rotation === undefined) return undefined;
    throw new GsysError('LOCKED', `a rotation is under way: ${rotation.id}, ${rotation.phase}`, {
      next: `gsys tls rotate ${rotation.kind} --resume, or --abort`,
    });
  }
  if (rotation?.kind === kind) return rotation;
  throw new GsysError(
    'NO_SUCH_ROTATION',
    `no rotation of ${kind === 'leaf' ? 'leaves' : 'the authority'} is under way`,
    {
      next: 'gsys tls rotate --status',
    },
  );
}

async function begin(
  options: RotateOptions,
  plan: PlannedRotation,
  journal: Journal,
  context: TlsContext,
  world: TlsWorld,
): Promise<Rotation> {
  const inventory = await readInventory(ssm(context.access), world.fleet);
  const before = Object.fromEntries(
    plan.holders.map((name) => {
      const row = inventory.get(name);
      return [name, row === undefined ? '' : serialOf(row.cert)];
    }),
  );
  // Before anything is written down: a clock or a passphrase that is wrong ends it here.
  const { issuer, fleet } = world;
  await requireClocks(fleet);
  if (options.kind === 'leaf') await openIssuer(issuer, await options.passphrase(issuer));
  const authorities = options.kind === 'ca' ? await prepareAuthority(world, options, context) : undefined;
  const first: Rotation = {
    id: rotationId(new Date()),
    kind: options.kind,
    phase: 'planned',
    holders: plan.holders,
    before,
    authorities,
    aborting: false,
    transitions: [],
  };
  return await journal(first, 'planned', [`${plan.holders.length} holders`]);
}

/** From here on the two authorities have changed their parts. */
async function turnBack(
  rotation: Rotation,
  journal: Journal,
  { fleet, access }: TlsContext,
): Promise<Rotation> {
  if (rotation.authorities === undefined) return await journal(rotation, 'aborting', ['asked for']);
  const to = issuerOf(rotation.authorities.to, await issuerShelf(fleet, secrets(access)).all());
  const rows = [...(await readInventory(ssm(access), fleet)).values()];
  const issued = rows.filter(({ cert }) => to !== undefined && isIssuedBy(cert, to.cert)).length;
  return await journal(rotation, 'aborting', [`${issued} holders have a certificate of the new authority`], {
    issued,
  });
}

interface Seen {
  context: TlsContext;
  /** What was proved since it was asked last. */
  take(): string[];
}

function evidenceOf(context: TlsContext): Seen {
  let lines: string[] = [];
  return {
    context: {
      ...context,
      tell(step) {
        if (step.type === 'proved') lines.push(`${step.holder}: ${step.detail}`);
        context.tell(step);
      },
    },
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}

function journalOf({ take }: Seen, { fleet, access, holder, lock, tell }: TlsContext): Journal {
  return async (rotation, phase, more = [], facts = {}) => {
    await lock.keep();
    const evidence = [...more, ...take()];
    const transition: Transition = {
      ...{ rotation: rotation.id, kind: rotation.kind, phase, evidence, ...facts },
      ...{ at: new Date().toISOString(), by: holder.who },
      ...(rotation.transitions.length === 0 && {
        before: rotation.before,
        authorities: rotation.authorities,
      }),
    };
    const next = await recordTransition(ssm(access), fleet, rotation.transitions, transition);
    tell({ type: 'phase', rotation: rotation.id, phase, evidence });
    return next;
  };
}
