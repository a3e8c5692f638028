import { assemble } from './assemble.ts';
import { type Authority, authorityName, BACK_DATED, DAY } from './authority.ts';
import { AUTHORITY_BITS, generateRsaKey } from './keys.ts';

const ROOT_LIFE = 5 * 365 * DAY;

/** The fleet's root of trust: signs issuing authorities and nothing else. */
export async function createRoot(fleet: string, now: Date = new Date()): Promise<Authority> {
  const { privateKey, publicKey } = await generateRsaKey(AUTHORITY_BITS);
  const cert = assemble(
    {
      commonName: authorityName(fleet, 'root', now),
      organization: fleet,
      publicKey,
      notBefore: new Date(now.getTime() - BACK_DATED),
      notAfter: new Date(now.getTime() + ROOT_LIFE),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
    { cert: undefined, key: privateKey },
  );
  return { cert, key: privateKey };
}
