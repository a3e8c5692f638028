import { readFile } from 'node:fs/promises';
import { GsysError, messageOf } from '../errors.ts';
import { certificatesIn, isPair } from '../pki/inspect.ts';
import { type CertificateView, viewCertificate } from './certificate-view.ts';
import { type Inspected, troubleOf } from './inspected.ts';

/**
 * A file with certificates: PEM, with other things around them or not; DER; or a bundle as services get it (JSON).
 * @throws GsysError BAD_CERTIFICATE when there is none in it, FILE_SYSTEM when it cannot be read
 */
export async function inspectFile(file: string, now: Date): Promise<Inspected> {
  return inspectBytes(await read(file), { target: file, kind: 'file', where: file }, now);
}

/** The same of what was read elsewhere. */
export function inspectBytes(
  bytes: Buffer,
  which: Pick<Inspected, 'target' | 'kind' | 'where'>,
  now: Date,
): Inspected {
  const { certificates, key } = contentOf(bytes);
  let chain: CertificateView[];
  try {
    chain = certificates.map((certificate) => viewCertificate(certificate, now));
  } catch (cause) {
    throw new GsysError('BAD_CERTIFICATE', `${which.where}: there is no certificate that can be read.`, {
      cause,
      next: 'give a PEM or DER file, HOST:PORT, or a holder of the fleet',
    });
  }
  const first = certificates[0];
  const belongs = key === undefined || typeof first !== 'string' ? undefined : isPair(first, key);
  return {
    ...which,
    chain,
    key: belongs === undefined ? undefined : belongs ? 'belongs' : 'is another',
    handshake: undefined,
    problems: [
      ...troubleOf(chain),
      ...(belongs === false ? ['its private key does not belong to the first certificate'] : []),
    ],
  };
}

const PRIVATE_KEY = /-----BEGIN ((RSA |EC )?PRIVATE KEY)-----[\s\S]+?-----END \1-----/;

function contentOf(bytes: Buffer): { certificates: (string | Buffer)[]; key: string | undefined } {
  const text = bundleText(bytes.toString('utf8'));
  const certificates = certificatesIn(text);
  if (certificates.length === 0) return { certificates: [bytes], key: undefined };
  return { certificates, key: PRIVATE_KEY.exec(text)?.[0] };
}

/** What a service gets is JSON around PEM. */
function bundleText(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  try {
    const { cert, key } = JSON.parse(text) as { cert?: unknown; key?: unknown };
    return `${cert}\n${key}`;
  } catch {
    return text;
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
