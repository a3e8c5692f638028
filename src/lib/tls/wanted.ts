import type { Authority, KeyPair } from '../pki/authority.ts';
import type { SealedIssuer } from '../pki/authority-folder.ts';
import { certificatesIn } from '../pki/inspect.ts';
import type { IssuedRow } from '../pki/issued-row.ts';
import type { Holder } from './holders.ts';

/** What holders are to come to have. */
export interface Wanted {
  /** Whose certificates they are to have. */
  issuer: SealedIssuer;
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
