import type { AwsAccess } from '../aws/clients.ts';
import { secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { checkAccount } from '../aws/sts.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { chooseHolders } from './holders.ts';
import { readInventory } from './inventory.ts';
import { readIssuer } from './issuer.ts';
import { type Renewal, renewals } from './renewal.ts';
import { asRecorded } from './tls-change.ts';

export interface NeedsRenewal {
  needed: boolean;
  certificates: Renewal[];
}

/** Asks the inventory of all holders, or of these; no key is touched, and nothing is dialled but AWS. */
export async function needsRenewal(
  defined: Fleet,
  names: string[],
  access: AwsAccess,
  now: Date,
): Promise<NeedsRenewal> {
  await checkAccount(access);
  const fleet = await asRecorded(defined, access);
  const holders = chooseHolders(fleet, names);
  const [inventory, issuer] = await Promise.all([
    readInventory(ssm(access), fleet),
    readIssuer(fleet, secrets(access)),
  ]);
  const certificates = renewals(holders, inventory, issuer, now);
  return { needed: certificates.some(({ state }) => state !== 'good'), certificates };
}
