import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** Bits. An authority outlives its leaves by years, so its modulus is longer. */
export const AUTHORITY_BITS = 3072;
export const LEAF_BITS = 2048;

/** Runs on the thread pool: keys that are asked for together are made side by side. */
export async function generateRsaKey(bits: number): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  return await generate('rsa', { modulusLength: bits });
}

export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
