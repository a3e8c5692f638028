import { type Secrets, secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { mappedGenerations } from '../fleet/generations.ts';
import { generationsPath, natsUser, SYSTEM, tlsSecretName } from '../fleet/identity.ts';
import type { KeyPair } from '../pki/authority.ts';
import { bundleOf } from '../pki/authority-folder.ts';
import { parseBundle } from '../pki/bundle.ts';
import { inspect, isPair, isReadable } from '../pki/inspect.ts';
import { bring } from './bring.ts';
import { refuseInRotation } from './distribute.ts';
import { endConnections } from './end-connections.ts';
import { chooseHolders, type Holder } from './holders.ts';
import { requireLasting } from './issuer.ts';
import { proveRefused } from './prove-refused.ts';
import { type Revocation, readRevocations, recordRevocation } from './revocations.ts';
import { rollUsers } from './roll-users.ts';
import type { TlsContext } from './steps.ts';
import { lazyAuthority, type TlsChange, type TlsWorld, tlsWorld, underLock } from './tls-change.ts';
import { missingOrDue } from './wanted.ts';

export interface RevokeOptions extends TlsChange {
  /** Whose. */
  revoked: string;
  /** For the record. */
  reason: string;
  /** Its identity ends before it has another one: what holds the key is out at once, and so is the holder. */
  now: boolean;
  confirm(plan: PlannedRevocation): Promise<void>;
}

export interface PlannedRevocation {
  holder: string;
  /** NATS users. */
  from: string;
  to: string;
  now: boolean;
  /** Whether somebody has begun with it. */
  begun: boolean;
}

export interface Revoked {
  outcome: 'refused-everywhere' | 'unmapped' | 'dry-run';
  plan: PlannedRevocation;
}

/**
 * Ends an identity for ever: its holder moves to the next generation, the old one is unmapped on all nodes, what is
 * still connected by it is ended, and its certificate is seen to be refused by every node, as anybody. Called again it
 * goes on from what it finds.
 * @throws GsysError USAGE for a holder whose certificate is no identity, and whatever stops a step
 */
export async function revoke(options: RevokeOptions): Promise<Revoked> {
  const world = await tlsWorld(options);
  await refuseInRotation(options);
  const [holder] = chooseHolders(world.fleet, [options.revoked]);
  if (holder === undefined) throw new GsysError('INTERNAL', 'a holder that is none');
  requireIdentity(holder);
  requireLasting(world.issuer, world.fleet, new Date());
  const unfinished = (await readRevocations(ssm(options.access), world.fleet)).find(
    (one) => one.holder === holder.name && !one.done,
  );
  const { plan, keep, first, next } = planRevocation(world.fleet, holder.name, options.now, unfinished);
  if (options.dryRun) return { outcome: 'dry-run', plan };
  await options.confirm(plan);
  return await underLock(options, world.fleet, async (context) => {
    const old = await pairOf(plan.from, holder, world.fleet, secrets(context.access));
    const revocation: Revocation = {
      ...{ holder: holder.name, generation: keep, reason: options.reason, now: options.now },
      ...{ by: context.holder.who, at: new Date().toISOString(), done: false },
      ...(old && { serial: inspect(old.cert).serial }),
    };
    await recordRevocation(ssm(context.access), world.fleet, unfinished ?? revocation);
    const both = await map(holder, first, world, context);
    await bringNext(holder, both, world, options, { ...context, fleet: both });
    const only = await map(holder, [next], { ...world, fleet: both }, context);
    const after = { ...context, fleet: only };
    await endConnections(plan.from, after);
    if (old !== undefined)
      await proveRefused(old, `the revoked certificate of ${holder.name}`, after, ['client']);
    await recordRevocation(ssm(context.access), world.fleet, { ...(unfinished ?? revocation), done: true });
    return { outcome: old === undefined ? 'unmapped' : 'refused-everywhere', plan };
  });
}

/** Nodes know each other by authority alone. */
function requireIdentity({ name, kind }: Holder): void {
  if (kind === 'service' || (kind === 'operator' && name !== SYSTEM)) return;
  throw new GsysError(
    'USAGE',
    `whoever has the authority's trust is let in as ${name}: it has no identity to revoke`,
    {
      next: 'gsys tls rotate ca',
    },
  );
}

/**
 * Whom NATS is to know at first, and in the end. What was unmapped once is never put back: whoever has a copy of its key
 * would be let in again.
 * @param unfinished what was begun and never came to its end. Pure.
 */
export function planRevocation(
  fleet: Pick<Fleet, 'name' | 'generations'>,
  holder: string,
  asked: boolean,
  unfinished: Pick<Revocation, 'generation' | 'now'> | undefined,
): { plan: PlannedRevocation; keep: number; first: number[]; next: number } {
  const mapped = mappedGenerations(fleet, holder);
  const keep = unfinished?.generation ?? Math.max(...mapped);
  const next = keep + 1;
  const now = asked || unfinished?.now === true || !mapped.includes(keep);
  const [from, to] = [keep, next].map((generation) => natsUser(fleet.name, holder, generation));
  const begun = unfinished !== undefined;
  const plan = { holder, from: from ?? '', to: to ?? '', now, begun };
  return { plan, keep, first: now ? [next] : [keep, next], next };
}

/** @returns the fleet with these, once every node has loaded who they are */
async function map(
  { name }: Holder,
  generations: number[],
  { fleet, machine }: TlsWorld,
  context: TlsContext,
): Promise<Fleet> {
  const mapped: Fleet = { ...fleet, generations: { ...fleet.generations, [name]: generations } };
  await context.lock.check();
  const place = generationsPath(fleet.name, fleet.environment.name);
  await ssm(context.access).overwrite(place, JSON.stringify(mapped.generations));
  await rollUsers(mapped, machine, context);
  return mapped;
}

async function bringNext(
  { name }: Holder,
  fleet: Fleet,
  { issuer, machine }: TlsWorld,
  { passphrase }: RevokeOptions,
  context: TlsContext,
): Promise<void> {
  await bring(
    chooseHolders(fleet, [name]),
    {
      ...{ issuers: [issuer], bundle: bundleOf(issuer), authority: lazyAuthority(issuer, passphrase, fleet) },
      renew: (holder, row) => missingOrDue(holder, row, issuer.cert),
    },
    machine,
    context,
    { othersMayStay: true },
  );
}

/** The pair of a user, wherever it is still kept: without its key nobody can try whether it is refused. */
async function pairOf(
  user: string,
  { name }: Holder,
  { name: fleet, environment }: Fleet,
  aws: Pick<Secrets, 'staged'>,
): Promise<KeyPair | undefined> {
  const secret = tlsSecretName(fleet, environment.name, name);
  for (const stage of ['AWSCURRENT', 'AWSPREVIOUS'] as const) {
    const bundle = parseBundle((await aws.staged(secret, stage))?.value);
    if (bundle === undefined || !isReadable(bundle.cert) || !isPair(bundle.cert, bundle.key)) continue;
    if (inspect(bundle.cert).dns.includes(user)) return bundle;
  }
  return undefined;
}
