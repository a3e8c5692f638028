import { bundleOf } from '../pki/authority-folder.ts';
import { bring } from './bring.ts';
import { chooseHolders } from './holders.ts';
import { proveAll } from './prove-all.ts';
import type { RotationWork } from './rotation-work.ts';
import { isStillBefore, type Rotation } from './rotations.ts';
import { lazyAuthority } from './tls-change.ts';
import { missingOrDue, type Wanted } from './wanted.ts';

/**
 * New leaves for all holders of the rotation, each with a new key, each proved where it is used. One that is aborted
 * begins no other holder, and leaves none between two certificates: what was issued already is brought.
 */
export async function continueLeaves(
  rotation: Rotation,
  { world, context, journal, options }: RotationWork,
): Promise<Rotation> {
  const { issuer, fleet, machine } = world;
  const holders = chooseHolders(fleet, rotation.holders);
  const wanted: Wanted = {
    issuers: [issuer],
    bundle: bundleOf(issuer),
    renew: (holder, row) =>
      !rotation.aborting && isStillBefore(rotation, holder.name, row?.cert)
        ? `its turn in rotation ${rotation.id}`
        : missingOrDue(holder, row, issuer.cert),
    authority: lazyAuthority(issuer, options.passphrase, fleet),
  };
  let at = rotation;
  if (at.phase === 'planned' || at.phase === 'aborting') {
    await bring(holders, wanted, machine, context);
    if (at.aborting) return await journal(at, 'aborted');
    at = await journal(at, 'reissued');
  }
  await proveAll(holders, context);
  return await journal(at, 'proven');
}
