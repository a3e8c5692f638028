import type { KeyObject } from 'node:crypto';
import { GsysError } from '../errors.ts';
import { assemble, boundedEnd } from './assemble.ts';
import { type Authority, BACK_DATED, DAY, type KeyPair } from './authority.ts';
import { generateRsaKey, LEAF_BITS, privateKeyPem } from './keys.ts';

/**
 * `node`: a server that other servers dial and that dials them; every name and address that anyone dials.
 * `service`: a client (services and operators); its one DNS name is its identity.
 */
export type LeafProfile = 'node' | 'service';

export interface LeafRequest {
  profile: LeafProfile;
  /** Common name, for people; identity is in the SANs. */
  commonName: string;
  organization: string;
  dns: string[];
  ip?: string[];
}

const LIFE: Record<LeafProfile, number> = { node: 90 * DAY, service: 30 * DAY };

/** A new key, and a certificate for it. */
export async function issueLeaf(
  issuer: Authority,
  request: LeafRequest,
  now: Date = new Date(),
): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateRsaKey(LEAF_BITS);
  return { cert: signLeaf(issuer, publicKey, request, now), key: privateKeyPem(privateKey) };
}

/**
 * A certificate for a key that was made elsewhere.
 * @returns PEM: the leaf, then the issuing authority
 */
export function signLeaf(
  issuer: Authority,
  publicKey: KeyObject,
  request: LeafRequest,
  now: Date = new Date(),
): string {
  if (request.profile === 'service') requireOneIdentity(request);
  const notBefore = new Date(now.getTime() - BACK_DATED);
  const notAfter = boundedEnd(now.getTime() + LIFE[request.profile], issuer);
  if (notAfter <= now)
    throw new GsysError('BAD_CERTIFICATE', 'The issuing authority has ended, so it can issue nothing.', {
      next: 'gsys tls status',
    });
  const leaf = assemble(
    {
      commonName: request.commonName,
      organization: request.organization,
      publicKey,
      notBefore,
      notAfter,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: request.profile === 'node', clientAuth: true },
        { name: 'subjectAltName', altNames: altNames(request) },
      ],
    },
    issuer,
  );
  return leaf + issuer.cert;
}

/** With two names, which of them a server takes as the user would depend on their order. */
function requireOneIdentity({ commonName, dns, ip = [] }: LeafRequest): void {
  if (dns.length === 1 && ip.length === 0) return;
  throw new GsysError(
    'BAD_CERTIFICATE',
    `The certificate of ${commonName} must have exactly one DNS name and no address: it is the identity.`,
  );
}

/** RFC 5280, 4.2.1.6: 2 is dNSName, 7 is iPAddress. */
function altNames({ dns, ip = [] }: LeafRequest): object[] {
  return [...dns.map((value) => ({ type: 2, value })), ...ip.map((address) => ({ type: 7, ip: address }))];
}
