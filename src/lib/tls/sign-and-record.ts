import type { KeyObject } from 'node:crypto';
import { ssm } from '../aws/ssm.ts';
import type { Authority } from '../pki/authority.ts';
import { inspect } from '../pki/inspect.ts';
import { signLeaf } from '../pki/issue-leaf.ts';
import type { Holder } from './holders.ts';
import { recordIssued } from './inventory.ts';
import { shortSerial } from './judge-holder.ts';
import type { TlsContext } from './steps.ts';

/**
 * Signs a certificate for a holder's key. It is in the inventory before anybody can have it.
 * @returns PEM: the leaf, then the issuing authority
 */
export async function signAndRecord(
  { name, request }: Holder,
  publicKey: KeyObject,
  authority: Authority,
  { access, fleet, holder: by, tell }: TlsContext,
): Promise<string> {
  const cert = signLeaf(authority, publicKey, request);
  await recordIssued(ssm(access), fleet, name, cert, by.who);
  tell({ type: 'issued', holder: name, serial: shortSerial(inspect(cert).serial) });
  return cert;
}
