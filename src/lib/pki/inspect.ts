import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

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
  /** `RSA 2048` */
  key: string;
}

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Reads the first certificate of a PEM, or one in DER. */
export function inspect(certificate: string | Buffer): CertificateFacts {
  const x509 = new X509Certificate(certificate);
  const names = (x509.subjectAltName ?? '').split(', ').filter(Boolean);
  return {
    subject: x509.subject,
    issuer: x509.issuer,
    serial: x509.serialNumber,
    dns: valuesOf(names, 'DNS:'),
    ip: valuesOf(names, 'IP Address:'),
    authority: x509.ca,
    usages: x509.keyUsage ?? [],
    notBefore: new Date(x509.validFrom),
    notAfter: new Date(x509.validTo),
    fingerprint: x509.fingerprint256,
    key: describeKey(x509.publicKey),
  };
}

/** SHA-256 of the first certificate of a PEM, as NATS servers write it: lower-case hexadecimal. */
export function leafSha256(pem: string): string {
  return inspect(pem).fingerprint.replaceAll(':', '').toLowerCase();
}

/** @returns whether a certificate can be read at all */
export function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== '';
  } catch {
    return false;
  }
}

/** @returns whether `authority` signed the first certificate of `pem` and is named as its issuer */
export function isIssuedBy(pem: string, authority: string): boolean {
  const certificate = new X509Certificate(pem);
  const parent = new X509Certificate(authority);
  return certificate.checkIssued(parent) && certificate.verify(parent.publicKey);
}

/** @returns whether the private key belongs to the first certificate of `cert`; a damaged one belongs to none */
export function isPair(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Every certificate of a PEM that may hold several, and other things besides. */
export function certificatesIn(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

/** The first certificate of a PEM, alone: without those that stand behind it. */
export function leafOf(pem: string): string {
  return `${certificatesIn(pem)[0]}\n`;
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve;
  return [asymmetricKeyType?.toUpperCase() ?? 'unknown', size].filter(Boolean).join(' ');
}

function valuesOf(names: string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
