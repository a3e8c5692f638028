import { secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { GsysError } from '../errors.ts';
import { OPERATOR } from '../fleet/identity.ts';
import { bundleOf, type SealedIssuer } from '../pki/authority-folder.ts';
import { issueLeaf } from '../pki/issue-leaf.ts';
import { bring } from './bring.ts';
import { drainConnections } from './drain-connections.ts';
import { drainRoutes } from './drain-routes.ts';
import { chooseHolders, type Holder } from './holders.ts';
import { readInventory } from './inventory.ts';
import { issuerOf, issuerShelf } from './issuer-shelf.ts';
import { proveAll } from './prove-all.ts';
import { proveRefused } from './prove-refused.ts';
import type { RotationWork } from './rotation-work.ts';
import type { Rotation } from './rotations.ts';
import { dualBundle, lazyAuthority } from './tls-change.ts';
import { missingOrDue, type Wanted } from './wanted.ts';

/**
 * Another authority takes the place of the one that signs: everybody trusts both, everybody gets a leaf of the new one,
 * what was let in by the old one is drained, nobody trusts it any more. Going back is the same with the two exchanged,
 * and begins with trust in both, which is safe from anywhere.
 */
export async function continueAuthority(rotation: Rotation, work: RotationWork): Promise<Rotation> {
  const { world, context, journal } = work;
  const { fleet, machine } = world;
  const shelf = issuerShelf(fleet, secrets(context.access));
  const { source, target } = await both(rotation, await shelf.all());
  const holders = chooseHolders(fleet, []);
  const issuers = [source, target];
  const dual = dualBundle(source, target);
  const authority = lazyAuthority(target, work.options.passphrase, fleet);
  const ofTarget = (bundle: string): Wanted => ({
    ...{ issuers, bundle, authority },
    renew: (holder, row) => missingOrDue(holder, row, target.cert),
  });
  const probe = async (of: SealedIssuer) =>
    issueLeaf(await lazyAuthority(of, work.options.passphrase, fleet)(), operatorOf(holders).request);
  const bringAll = (wanted: Wanted) => bring(holders, wanted, machine, context);

  let at = rotation;
  if (at.phase === 'planned' || at.phase === 'aborting') {
    const renew: Wanted['renew'] = (_, row) => (row === undefined ? 'there is none' : undefined);
    await bringAll({ ...{ issuers, bundle: dual, authority, renew }, probe: await probe(target) });
    at = await journal(at, 'trusted');
  }
  if (at.phase === 'trusted') {
    await shelf.makeCurrent(target);
    await bringAll(ofTarget(dual));
    at = await journal(at, 'reissued');
  }
  if (at.phase === 'reissued') {
    await drainConnections(await readInventory(ssm(context.access), fleet), context);
    if (wasUsed(at)) await drainRoutes(new Date(at.transitions.at(-1)?.at ?? 0), machine, context);
    at = await journal(at, 'drained');
  }
  if (at.phase === 'drained') {
    await bringAll(ofTarget(bundleOf(target)));
    at = await journal(at, 'untrusted');
  }
  await proveRefused(await probe(source), 'a certificate of the former authority', context);
  await proveAll(holders, context);
  return await journal(at, at.aborting ? 'aborted' : 'proven');
}

/** Whether anybody can have been let in by the authority that goes. */
function wasUsed({ transitions }: Rotation): boolean {
  const back = transitions.find(({ phase }) => phase === 'aborting');
  return back === undefined || back.issued !== 0;
}

async function both(
  { id, authorities, aborting }: Rotation,
  all: SealedIssuer[],
): Promise<{ source: SealedIssuer; target: SealedIssuer }> {
  const [from, to] = [issuerOf(authorities?.from, all), issuerOf(authorities?.to, all)];
  if (from === undefined || to === undefined)
    throw new GsysError('NO_AUTHORITY', `an authority of rotation ${id} is not kept any more`, {
      next: 'look at the versions of the issuing authority',
    });
  return aborting ? { source: to, target: from } : { source: from, target: to };
}

function operatorOf(holders: Holder[]): Holder {
  return holders.find(({ name }) => name === OPERATOR) as Holder;
}
