import type { Secrets } from '../aws/secrets.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { SealedIssuer } from '../pki/authority-folder.ts';
import { readKeyPair } from '../pki/files.ts';
import { reasonToReplace } from '../pki/reason-to-issue.ts';
import { deployedOf } from './deployed.ts';
import { type Holder, holderFolder } from './holders.ts';
import type { Inventory } from './inventory.ts';
import { type KnownHolder, planIssue } from './plan-issue.ts';

/** What is known of each holder. What is deployed is looked at only where it decides: it costs a call each. */
export async function lookAtHolders(
  { fleet, holders, secrets }: { fleet: Fleet; holders: Holder[]; secrets: Pick<Secrets, 'value'> },
  issuer: SealedIssuer,
  inventory: Inventory,
): Promise<KnownHolder[]> {
  return await Promise.all(
    holders.map(async (holder) => {
      const row = inventory.get(holder.name);
      const here = await readKeyPair(holderFolder(fleet.environment, holder.name));
      const known = { holder, row, here, deployed: undefined };
      const elsewhere =
        isGood(known, issuer) && planIssue(known, undefined, issuer.cert, new Date()).action === 'issue';
      return elsewhere ? { ...known, deployed: await deployedOf(holder, fleet, secrets) } : known;
    }),
  );
}

/** By the inventory alone. */
export function isGood(
  { holder, row }: Pick<KnownHolder, 'holder' | 'row'>,
  { cert }: SealedIssuer,
): boolean {
  return row !== undefined && reasonToReplace(row.cert, holder.request, cert, new Date()) === undefined;
}
