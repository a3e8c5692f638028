import { createSecureContext, rootCertificates } from 'node:tls';
import { messageOf } from '../errors.ts';
import { readIfThere } from '../pki/files.ts';
import { certificatesIn, isPair, isReadable } from '../pki/inspect.ts';
import type { Belongings } from './target.ts';

/** Files, each with PEM. */
export interface BelongingFiles {
  cert?: string | undefined;
  key?: string | undefined;
  ca?: string | undefined;
}

/**
 * Reads what we come with. What is missing or does not fit is no exception: everything below TLS can be probed still.
 * @param publicToo whether public authorities are trusted as well
 */
export async function readBelongings(files: BelongingFiles, publicToo: boolean): Promise<Belongings> {
  const [cert, key, bundle] = await Promise.all([files.cert, files.key, files.ca].map(read));
  // One damaged certificate would spoil all that are read with it.
  const own = certificatesIn(bundle?.text ?? '').filter(isReadable);
  const material = {
    ...(cert?.text !== undefined && { cert: cert.text }),
    ...(key?.text !== undefined && { key: key.text }),
    ca: publicToo ? [...own, ...rootCertificates] : own,
  };
  const troubles = [cert, key, bundle].flatMap((file) => file?.trouble ?? []);
  if (troubles.length === 0 && material.cert && material.key && !isPair(material.cert, material.key))
    troubles.push(`${files.cert} and ${files.key} do not belong together`);
  if (bundle?.text !== undefined && own.length === 0) troubles.push(`${files.ca} holds no certificate`);
  const [trouble] = troubles;
  const context = createSecureContext(trouble === undefined ? material : {});
  return { context, cert: material.cert, material, trouble };
}

async function read(file: string | undefined) {
  if (file === undefined) return undefined;
  try {
    const text = await readIfThere(file);
    return text === undefined ? { trouble: `there is no ${file}` } : { text };
  } catch (error) {
    return { trouble: `${file} cannot be read: ${messageOf(error)}` };
  }
}
