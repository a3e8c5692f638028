import type { Authority, KeyPair } from '../pki/authority.ts';
import type { SealedIssuer } from '../pki/authority-folder.ts';
import { certificatesIn, isIssuedBy, leafOf } from '../pki/inspect.ts';
import type { IssuedRow } from '../pki/issued-row.ts';
import { reasonToReplace } from '../pki/reason-to-issue.ts';
import type { Holder } from './holders.ts';

/** What holders are to come to have. */
export interface Wanted {
  /** Who may have signed what they have. */
  issuers: Pick<SealedIssuer, 'cert'>[];
  /** PEM: whom everybody is to trust. */
  bundle: string;
  /** Why a holder is to get another certificate; undefined: the one it was issued will do. */
  renew(holder: Holder, row: IssuedRow | undefined): string | undefined;
  /** With the issuer's key; opened when the first certificate is to be signed. */
  authority(): Promise<Authority>;
  /** Somebody whom every server has to let in with this bundle: proof that it is loaded. */
  probe?: KeyPair;
}

/** Whether two bundles trust the same authorities. */
export function sameTrust(one: string | undefined, other: string): boolean {
  const sorted = (pem: string) => certificatesIn(pem).sort().join();
  return one !== undefined && sorted(one) === sorted(other);
}

/** By the inventory alone. */
export function missingOrDue(holder: Holder, row: IssuedRow | undefined, issuer: string): string | undefined {
  return row === undefined ? 'there is none' : reasonToReplace(row.cert, holder.request, issuer, new Date());
}

/** @param cert PEM @returns the leaf, and whoever signed it: what a server shows */
export function chainOf(cert: string, { issuers }: Pick<Wanted, 'issuers'>): string {
  const leaf = leafOf(cert);
  return leaf + (issuers.find((issuer) => isIssuedBy(leaf, issuer.cert))?.cert ?? '');
}
