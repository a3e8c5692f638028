import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { bundleOf, type SealedIssuer } from '../pki/authority-folder.ts';
import { readIfThere, writePublic } from '../pki/files.ts';
import { certificatesIn } from '../pki/inspect.ts';

/** Where an environment's public trust bundle is: what the definition names, else `certs/<environment>/ca.pem`. */
export function trustFile({ root, environment }: Pick<Fleet, 'root' | 'environment'>): string {
  return environment.operator?.ca ?? path.join(root, 'certs', environment.name, 'ca.pem');
}

/** Makes the bundle where there is none; one that is there is not touched. */
export async function ensureTrustFile(
  fleet: Fleet,
  issuer: Pick<SealedIssuer, 'root' | 'cert'>,
): Promise<void> {
  const file = trustFile(fleet);
  if ((await readIfThere(file)) !== undefined) return;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writePublic(file, bundleOf(issuer));
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `${file} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** @returns what is wrong with the bundle, and what helps; undefined while it says whom to trust */
export async function trustFileTrouble(
  fleet: Fleet,
  { root, cert }: Pick<SealedIssuer, 'root' | 'cert'>,
): Promise<{ message: string; remedy: string[] } | undefined> {
  const file = trustFile(fleet);
  const bundle = await readIfThere(file);
  const embedded = fleet.environment.platform === 'embedded';
  if (bundle === undefined)
    return { message: `there is no ${file}`, remedy: [embedded ? 'gsys local up' : 'gsys tls issue'] };
  const known = certificatesIn(bundle);
  const missing = [
    ['root', root],
    ['issuing', cert],
  ].filter(([, pem]) => !known.includes((pem ?? '').trim()));
  if (missing.length === 0) return undefined;
  const which = missing.map(([name]) => name).join(' and the ');
  return { message: `${file} lacks the ${which} authority`, remedy: [] };
}
