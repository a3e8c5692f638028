import { assemble } from '../pki/assemble.ts';
import { type KeyPair, MINUTE } from '../pki/authority.ts';
import { generateRsaKey, LEAF_BITS, privateKeyPem } from '../pki/keys.ts';

/**
 * A certificate of an authority that nobody knows: itself. It claims somebody's name, so that a server which reads
 * names without checking chains is found out too.
 */
export async function makeStranger(user: string, now: Date = new Date()): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateRsaKey(LEAF_BITS);
  const cert = assemble(
    {
      commonName: 'stranger',
      organization: 'unknown',
      publicKey,
      notBefore: new Date(now.getTime() - MINUTE),
      notAfter: new Date(now.getTime() + 10 * MINUTE),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', clientAuth: true },
        // RFC 5280, 4.2.1.6: 2 is dNSName
        { name: 'subjectAltName', altNames: [{ type: 2, value: user }] },
      ],
    },
    { cert: undefined, key: privateKey },
  );
  return { cert, key: privateKeyPem(privateKey) };
}
