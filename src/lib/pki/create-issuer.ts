import { assemble, boundedEnd } from './assemble.ts';
import { type Authority, authorityName, BACK_DATED, DAY } from './authority.ts';
import { AUTHORITY_BITS, generateRsaKey } from './keys.ts';

const ISSUER_LIFE = 365 * DAY;

/**
 * The authority that signs leaves. Path length 0: it cannot make another authority.
 * @param root may still be in the making: the issuer's key is made meanwhile
 */
export async function createIssuer(
  root: Authority | Promise<Authority>,
  fleet: string,
  now: Date = new Date(),
): Promise<Authority> {
  const [{ privateKey, publicKey }, parent] = await Promise.all([generateRsaKey(AUTHORITY_BITS), root]);
  const cert = assemble(
    {
      commonName: authorityName(fleet, 'issuer', now),
      organization: fleet,
      publicKey,
      notBefore: new Date(now.getTime() - BACK_DATED),
      notAfter: boundedEnd(now.getTime() + ISSUER_LIFE, parent),
      extensions: [
        { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
    parent,
  );
  return { cert, key: privateKey };
}
