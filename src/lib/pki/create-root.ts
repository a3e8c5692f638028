import { assemble } from './assemble.ts';
import { type Authority, BACK_DATED, DAY } from './authority.ts';
import { AUTHORITY_BITS, generateRsaKey } from './keys.ts';

const ROOT_LIFE = 5 * 365 * DAY;

/** The fleet's root of trust: signs issuing authorities and nothing else. */
export async function createRoot(fleet: string, now: Date = new Date()): Promise<Authority> {
  const { privateKey, publicKey } = await generateRsaKey(AUTHORITY_BITS);
  const cert = assemble(
    {
      commonName: `${fleet} root ${now.getUTCFullYear()}`,
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
