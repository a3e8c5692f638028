import { createPublicKey } from 'node:crypto';
import { assemble } from '../../src/lib/pki/assemble.ts';
import { type Authority, BACK_DATED, DAY } from '../../src/lib/pki/authority.ts';
import type { LeafRequest } from '../../src/lib/pki/issue-leaf.ts';

/**
 * A certificate as somebody makes it who thinks of servers alone, or of clients.
 * @param publicKey PEM @returns PEM: the leaf, then the issuing authority
 */
export function oneSidedLeaf(
  issuer: Authority,
  publicKey: string,
  { commonName, organization, dns, ip = [] }: LeafRequest,
  usage: 'serverAuth' | 'clientAuth',
): string {
  const altNames = [
    ...dns.map((value) => ({ type: 2, value })),
    ...ip.map((address) => ({ type: 7, ip: address })),
  ];
  const leaf = assemble(
    {
      ...{ commonName, organization, publicKey: createPublicKey(publicKey) },
      notBefore: new Date(Date.now() - BACK_DATED),
      notAfter: new Date(Date.now() + DAY),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', [usage]: true },
        { name: 'subjectAltName', altNames },
      ],
    },
    issuer,
  );
  return leaf + issuer.cert;
}
