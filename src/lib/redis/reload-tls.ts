import type { Redis } from 'ioredis';
import type { KeyPairFiles } from '../fleet/fleet.ts';

/**
 * Has a node read its certificate files anew, all three in one command: a pair that does not fit is refused, and the
 * former one kept. It does not look at files by itself, and connections that are open stay.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/security/encryption/
 * @param files as the node itself names them
 */
export async function reloadTls(
  node: Redis,
  { cert, key, ca }: KeyPairFiles & { ca: string },
): Promise<void> {
  await node.call('CONFIG', 'SET', 'tls-cert-file', cert, 'tls-key-file', key, 'tls-ca-cert-file', ca);
}
