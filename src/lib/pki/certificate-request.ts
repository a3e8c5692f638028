import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import { GsysError, messageOf } from '../errors.ts';
import { LEAF_BITS } from './keys.ts';

/** What a certificate signing request (PKCS#10) asks for. */
export interface CertificateRequest {
  publicKey: KeyObject;
  commonName: string | undefined;
  dns: string[];
  ip: string[];
}

/**
 * Reads a request, and believes it only when it is signed by the key that it is for: who asks has that key.
 * @param pem as `openssl req -new` writes it
 * @throws GsysError BAD_CERTIFICATE
 */
export function readRequest(pem: string): CertificateRequest {
  const { request, parts } = parse(pem);
  const publicKey = createPublicKey(forge.pki.publicKeyToPem(request.publicKey as forge.pki.rsa.PublicKey));
  if ((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < LEAF_BITS)
    throw bad(`its key has fewer than ${LEAF_BITS} bits`);
  const digest = DIGESTS[forge.pki.oids[request.siginfo.algorithmOid] ?? ''];
  if (digest === undefined) throw bad('it is not signed with SHA-256 or better');
  if (!verify(digest, parts.signed, publicKey, parts.signature))
    throw bad('its signature is not by the key that it is for');
  return { publicKey, ...namesOf(request) };
}

const DIGESTS: Record<string, string> = {
  sha256WithRSAEncryption: 'sha256',
  sha384WithRSAEncryption: 'sha384',
  sha512WithRSAEncryption: 'sha512',
};

type ForgeRequest = ReturnType<typeof forge.pki.certificationRequestFromAsn1> & {
  siginfo: { algorithmOid: string };
};

function parse(pem: string): { request: ForgeRequest; parts: { signed: Buffer; signature: Buffer } } {
  try {
    const block = forge.pem.decode(pem).find(({ type }) => /^(NEW )?CERTIFICATE REQUEST$/.test(type));
    if (block === undefined) throw new Error('there is no CERTIFICATE REQUEST in it');
    const asn1 = forge.asn1.fromDer(block.body);
    const request = forge.pki.certificationRequestFromAsn1(asn1) as ForgeRequest;
    return { request, parts: signedParts(asn1) };
  } catch (cause) {
    throw bad(messageOf(cause).replace('OID is not RSA', 'its key is not RSA'), cause);
  }
}

/** RFC 2986, 4.2: what is signed, how, and the signature, a bit string whose first byte counts unused bits. */
function signedParts(asn1: forge.asn1.Asn1): { signed: Buffer; signature: Buffer } {
  const [info, , signature] = asn1.value as forge.asn1.Asn1[];
  if (info === undefined || typeof signature?.value !== 'string') throw new Error('its signature is missing');
  return {
    signed: Buffer.from(forge.asn1.toDer(info).getBytes(), 'binary'),
    signature: Buffer.from(signature.value, 'binary').subarray(1),
  };
}

interface AltName {
  type: number;
  value: string;
  ip?: string;
}

/** RFC 5280, 4.2.1.6: 2 is dNSName, 7 is iPAddress; whatever else is asked for is shown as it stands. */
function namesOf(request: ForgeRequest): Pick<CertificateRequest, 'commonName' | 'dns' | 'ip'> {
  const extensions = request.getAttribute({ name: 'extensionRequest' }) as {
    extensions?: { name: string; altNames?: AltName[] }[];
  } | null;
  const asked = extensions?.extensions?.find(({ name }) => name === 'subjectAltName')?.altNames ?? [];
  const values = asked.map(({ ip, value }) => ip ?? value);
  return {
    commonName: request.subject.getField('CN')?.value as string | undefined,
    dns: values.filter((value) => isIP(value) === 0),
    ip: values.filter((value) => isIP(value) !== 0),
  };
}

function bad(why: string, cause?: unknown): GsysError {
  return new GsysError('BAD_CERTIFICATE', `This certificate request is not granted: ${why}.`, {
    cause,
    next: 'openssl req -new -newkey rsa:2048 -noenc -keyout key.pem -subj /CN=HOLDER -out request.pem',
  });
}
