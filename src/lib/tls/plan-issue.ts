import { X509Certificate } from 'node:crypto';
import { GsysError } from '../errors.ts';
import type { KeyPair } from '../pki/authority.ts';
import { type CertificateRequest, readRequest } from '../pki/certificate-request.ts';
import { inspect, isPair, isReadable } from '../pki/inspect.ts';
import type { IssuedRow } from '../pki/issued-row.ts';
import { reasonToReplace } from '../pki/reason-to-issue.ts';
import type { Deployed } from './deployed.ts';
import type { Holder } from './holders.ts';

/** What is known of a holder before anything is issued. */
export interface KnownHolder {
  holder: Holder;
  row: IssuedRow | undefined;
  /** As this machine keeps it. */
  here: KeyPair | undefined;
  /** Looked at only where it matters. */
  deployed: Deployed | undefined;
}

export interface PlannedIssue {
  holder: string;
  kind: Holder['kind'];
  /** `wants-request`: its key is made elsewhere, and nobody has brought a request by it. */
  action: 'issue' | 'keep' | 'wants-request';
  reason: string | undefined;
  /** Of the certificate that it has. */
  notAfter: Date | undefined;
}

/**
 * Whether a holder gets another certificate: one that is missing, due or unfit, or whose key is neither here nor
 * deployed. A good one is left alone.
 * @param request what its node has asked for, if it did
 */
export function planIssue(
  known: KnownHolder,
  request: CertificateRequest | undefined,
  issuer: string,
  now: Date,
): PlannedIssue {
  const { holder, row } = known;
  const reason = reasonOf(known, request, issuer, now);
  const sendsRequest = request !== undefined || holder.keyMadeHere;
  return {
    holder: holder.name,
    kind: holder.kind,
    action: reason === undefined ? 'keep' : sendsRequest ? 'issue' : 'wants-request',
    reason,
    notAfter: row && inspect(row.cert).notAfter,
  };
}

function reasonOf(
  known: KnownHolder,
  request: CertificateRequest | undefined,
  issuer: string,
  now: Date,
): string | undefined {
  const { holder, row, here, deployed } = known;
  if (row === undefined) return 'there is none';
  const reason = reasonToReplace(row.cert, holder.request, issuer, now);
  if (reason !== undefined) return reason;
  if (request !== undefined) return hasKey(row.cert, request) ? undefined : 'its node has another key';
  if (!holder.keyMadeHere) return undefined;
  const same = (cert: string) =>
    isReadable(cert) && inspect(cert).fingerprint === inspect(row.cert).fingerprint;
  if (here !== undefined && same(here.cert) && isPair(here.cert, here.key)) return undefined;
  if (deployed?.state === 'there' && deployed.fits && same(deployed.cert)) return undefined;
  return 'its key is neither here nor deployed, or does not fit';
}

/**
 * A node's request, if it asks for no more than the definition gives it, by a key that it has not used before.
 * @throws GsysError BAD_CERTIFICATE
 */
export function acceptRequest(
  pem: string,
  { holder, row }: Pick<KnownHolder, 'holder' | 'row'>,
  stillGood: boolean,
): CertificateRequest {
  const request = readRequest(pem);
  const { dns, ip = [] } = holder.request;
  const given = [...dns, ...ip];
  const asked = [...request.dns, ...request.ip, ...(request.commonName ? [request.commonName] : [])];
  const more = asked.filter((name) => !given.includes(name));
  if (more.length > 0) {
    throw new GsysError('BAD_CERTIFICATE', `${holder.name} asks to be called ${more.join(', ')}, too.`, {
      next: `ask for nothing but ${given.join(', ')}, or give it that name in gsys.yaml`,
    });
  }
  if (row !== undefined && !stillGood && hasKey(row.cert, request)) {
    throw new GsysError('BAD_CERTIFICATE', `${holder.name} asks with the key that it has had until now.`, {
      next: 'make a new key with every request',
    });
  }
  return request;
}

function hasKey(cert: string, { publicKey }: CertificateRequest): boolean {
  return new X509Certificate(cert).publicKey.equals(publicKey);
}
