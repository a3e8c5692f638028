import { createPrivateKey, X509Certificate } from 'node:crypto';

/** What a certificate says, in gsys's nouns. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  /** Upper-case hexadecimal. */
  serial: string;
  dns: string[];
  ip: string[];
  authority: boolean;
  /** Object identifiers of the extended key usage. */
  usages: string[];
  notBefore: Date;
  notAfter: Date;
  /** SHA-256 of the DER, colon-separated. */
  fingerprint: string;
}

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Reads the first certificate of a PEM. */
export function inspect(pem: string): CertificateFacts {
  const certificate = new X509Certificate(pem);
  const names = (certificate.subjectAltName ?? '').split(', ').filter(Boolean);
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial: certificate.serialNumber,
    dns: valuesOf(names, 'DNS:'),
    ip: valuesOf(names, 'IP Address:'),
    authority: certificate.ca,
    usages: certificate.keyUsage ?? [],
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    fingerprint: certificate.fingerprint256,
  };
}

/** Renewal is due at two thirds of a certificate's life, which leaves the last third to find out why it failed. */
export function isDue(facts: Pick<CertificateFacts, 'notBefore' | 'notAfter'>, now: Date): boolean {
  const from = facts.notBefore.getTime();
  return now.getTime() >= from + ((facts.notAfter.getTime() - from) * 2) / 3;
}

/** @returns whether `authority` signed the first certificate of `pem` and is named as its issuer */
export function isIssuedBy(pem: string, authority: string): boolean {
  const certificate = new X509Certificate(pem);
  const parent = new X509Certificate(authority);
  return certificate.checkIssued(parent) && certificate.verify(parent.publicKey);
}

/** @returns whether the private key belongs to the first certificate of `cert` */
export function isPair(cert: string, key: string): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

function valuesOf(names: string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
