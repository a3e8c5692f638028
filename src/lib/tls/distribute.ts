import { secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { GsysError, messageOf } from '../errors.ts';
import { bundleOf } from '../pki/authority-folder.ts';
import { inspect, isReadable } from '../pki/inspect.ts';
import { bring } from './bring.ts';
import { deployedOf } from './deployed.ts';
import { chooseHolders, type Holder } from './holders.ts';
import { type Inventory, readInventory } from './inventory.ts';
import { requireLasting } from './issuer.ts';
import { planNode } from './plan-node.ts';
import { readRotations, underWay } from './rotations.ts';
import { lazyAuthority, type TlsChange, type TlsWorld, tlsWorld, underLock } from './tls-change.ts';
import { ensureTrustFile } from './trust-file.ts';
import { missingOrDue, sameTrust, type Wanted } from './wanted.ts';

/** What is to be brought to one holder. */
export interface PlannedBring {
  holder: string;
  kind: Holder['kind'];
  /** `prove`: it lies there already. `unknown`: where it lies could not be looked at. */
  action: 'issue' | 'bring' | 'trust' | 'prove' | 'unknown';
  reason: string | undefined;
}

export interface DistributeOptions extends TlsChange {
  /** Names of holders; none means all. */
  holders: string[];
  confirm(plan: PlannedBring[]): Promise<void>;
}

export interface Distributed {
  outcome: 'proved' | 'dry-run';
  plan: PlannedBring[];
}

/**
 * Brings to where it is used what was issued, issues what is missing or due on the way, and ends when every listener
 * and connection was seen to use it.
 * @throws GsysError NO_AUTHORITY, NOT_PROVEN, NODE_UNREACHABLE, LOCKED while a rotation is under way
 */
export async function distribute(options: DistributeOptions): Promise<Distributed> {
  const world = await tlsWorld(options);
  const { fleet, issuer } = world;
  const holders = chooseHolders(fleet, options.holders);
  requireLasting(issuer, fleet, new Date());
  await refuseInRotation(options);
  const inventory = await readInventory(ssm(options.access), fleet);
  const wanted: Wanted = {
    issuers: [issuer],
    bundle: bundleOf(issuer),
    renew: (holder, row) => missingOrDue(holder, row, issuer.cert),
    authority: lazyAuthority(issuer, options.passphrase, fleet),
  };
  const plan = await planBring(holders, inventory, wanted, world, options);
  if (options.dryRun) return { outcome: 'dry-run', plan };
  await options.confirm(plan);
  await underLock(options, fleet, async (context) => {
    await ensureTrustFile(fleet, issuer);
    await bring(holders, wanted, world.machine, context);
  });
  return { outcome: 'proved', plan };
}

/** What a rotation has begun it ends: whoever brings the old trust meanwhile would undo it. */
export async function refuseInRotation({ fleet, access }: TlsChange): Promise<void> {
  const rotation = underWay(await readRotations(ssm(access), fleet));
  if (rotation === undefined) return;
  throw new GsysError('LOCKED', `a rotation is under way: ${rotation.id}, ${rotation.phase}`, {
    next: `gsys tls rotate ${rotation.kind} --resume`,
  });
}

/** Looks at all of them side by side, and touches nothing. */
export async function planBring(
  holders: Holder[],
  inventory: Inventory,
  wanted: Wanted,
  { fleet, machine }: TlsWorld,
  { access }: Pick<TlsChange, 'access'>,
): Promise<PlannedBring[]> {
  const places = secrets(access);
  return await Promise.all(
    holders.map(async (holder): Promise<PlannedBring> => {
      const { name, kind } = holder;
      const row = inventory.get(name);
      const again = wanted.renew(holder, row);
      if (again !== undefined || row === undefined)
        return { holder: name, kind, action: 'issue', reason: again };
      const node = fleet.environment.nats.nodes.find((one) => one.name === name);
      try {
        if (node !== undefined) {
          const plan = planNode(holder, row, await machine.look(node), wanted);
          const action = ({ reissue: 'issue', install: 'bring', trust: 'trust', none: 'prove' } as const)[
            plan.action
          ];
          return { holder: name, kind, action, reason: 'reason' in plan ? plan.reason : undefined };
        }
        const deployed = await deployedOf(holder, fleet, places);
        const lies =
          deployed.state === 'there' &&
          deployed.fits &&
          isReadable(deployed.cert) &&
          inspect(deployed.cert).fingerprint === inspect(row.cert).fingerprint;
        if (!lies)
          return { holder: name, kind, action: 'bring', reason: 'what was issued does not lie there' };
        const trusts = deployed.ca === undefined || sameTrust(deployed.ca, wanted.bundle);
        return trusts
          ? { holder: name, kind, action: 'prove', reason: undefined }
          : { holder: name, kind, action: 'trust', reason: 'its bundle is another one' };
      } catch (error) {
        access.signal?.throwIfAborted();
        return { holder: name, kind, action: 'unknown', reason: messageOf(error) };
      }
    }),
  );
}
