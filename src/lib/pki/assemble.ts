import { type KeyObject, randomBytes, sign } from 'node:crypto';
import forge from 'node-forge';
import type { Authority } from './authority.ts';

export interface CertificatePlan {
  commonName: string;
  organization: string;
  publicKey: KeyObject;
  notBefore: Date;
  notAfter: Date;
  /** As forge names them: https://github.com/digitalbazaar/forge#x509 */
  extensions: Record<string, unknown>[];
}

/**
 * Builds an X.509 v3 certificate and signs it with SHA-256.
 * @param issuer whose name and key to sign with; `cert` is undefined when the certificate signs itself
 * @returns PEM
 */
export function assemble(
  plan: CertificatePlan,
  issuer: { cert: string | undefined; key: KeyObject },
): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    plan.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  certificate.serialNumber = randomSerial();
  certificate.validity.notBefore = plan.notBefore;
  certificate.validity.notAfter = plan.notAfter;
  certificate.setSubject([
    { name: 'commonName', value: plan.commonName },
    { name: 'organizationName', value: plan.organization },
  ]);
  const parent = issuer.cert === undefined ? certificate : forge.pki.certificateFromPem(issuer.cert);
  certificate.setIssuer(parent.subject.attributes);
  certificate.setExtensions([
    ...plan.extensions,
    { name: 'subjectKeyIdentifier' },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: parent.generateSubjectKeyIdentifier().getBytes(),
    },
  ]);
  certificate.sign(signer(certificate, issuer.key), forge.md.sha256.create());
  return lineFeeds(forge.pki.certificateToPem(certificate));
}

/** The earlier of the wanted end and the issuer's own: a chain never promises more than its parents. */
export function boundedEnd(wanted: number, issuer: Authority): Date {
  return new Date(Math.min(wanted, forge.pki.certificateFromPem(issuer.cert).validity.notAfter.getTime()));
}

/** 127 random bits, positive: the first byte is 0x40 to 0x7f, so DER never reads the number as negative. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/**
 * What forge asks of a key is one method. OpenSSL signs in its place: in constant time, some 40 times faster, and
 * the key never becomes a JavaScript number.
 */
function signer(certificate: forge.pki.Certificate, key: KeyObject): forge.pki.rsa.PrivateKey {
  return {
    sign: () => {
      const der = forge.asn1.toDer(certificate.tbsCertificate).getBytes();
      return sign('sha256', Buffer.from(der, 'binary'), key).toString('binary');
    },
  } as unknown as forge.pki.rsa.PrivateKey;
}

function lineFeeds(pem: string): string {
  return `${pem.replaceAll('\r\n', '\n').trimEnd()}\n`;
}
