import { mkdir, rm } from 'node:fs/promises';
import type { Secrets } from '../aws/secrets.ts';
import { GsysError, messageOf } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { SealedIssuer } from '../pki/authority-folder.ts';
import { createIssuer } from '../pki/create-issuer.ts';
import { createRoot } from '../pki/create-root.ts';
import { seal, unseal } from '../pki/envelope.ts';
import { readIfThere, writeNew } from '../pki/files.ts';
import { isIssuedBy, isPair } from '../pki/inspect.ts';
import { privateKeyPem } from '../pki/keys.ts';
import { requirePrivate } from '../pki/private-folder.ts';
import type { InitPlan, Passphrases } from './init.ts';
import { issuerSecret, openIssuer, readIssuer, requireIssuer } from './issuer.ts';

/** A new root and issuer, their keys in envelopes already: nothing clear is ever written. */
export interface MadeAuthority {
  rootKey: string;
  issuer: SealedIssuer;
}

export async function makeAuthority(fleet: string, passphrases: Passphrases): Promise<MadeAuthority> {
  const making = createRoot(fleet);
  const [root, issuer] = await Promise.all([making, createIssuer(making, fleet)]);
  const [rootKey, key] = await Promise.all([
    seal(privateKeyPem(root.key), passphrases.root),
    seal(privateKeyPem(issuer.key), passphrases.issuer),
  ]);
  return { rootKey, issuer: { root: root.cert, cert: issuer.cert, key } };
}

/** A folder for keys: ours alone. */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `${folder} cannot be made: ${messageOf(cause)}`, { cause });
  }
  requirePrivate(folder);
}

export async function keepRoot(
  plan: Pick<InitPlan, 'root' | 'rootKey'>,
  { rootKey, issuer }: MadeAuthority,
): Promise<void> {
  try {
    await writeNew(plan.rootKey, rootKey);
    await writeNew(plan.root, issuer.root);
  } catch (cause) {
    // Nothing was signed for anybody yet.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') await forgetRoot(plan);
    throw new GsysError('FILE_SYSTEM', `the root cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Secrets Manager makes a name only once: of two that begin at the same time, one goes back. After an answer that did
 * not come the secret may be there, so the root stays.
 */
export async function keepIssuer(
  plan: InitPlan,
  { issuer }: MadeAuthority,
  secrets: Pick<Secrets, 'create'>,
): Promise<void> {
  const description = 'The authority that signs the certificates of this fleet; its key is sealed.';
  if (await secrets.create(plan.issuerSecret, issuerSecret(issuer), description)) return;
  await forgetRoot(plan);
  throw new GsysError('AUTHORITY_EXISTS', `somebody else has just made the secret ${plan.issuerSecret}`, {
    next: 'gsys tls status',
  });
}

/** Opens both envelopes from where they lie. @throws GsysError BAD_CERTIFICATE */
export async function proveAuthority(
  plan: InitPlan,
  passphrases: Passphrases,
  fleet: Fleet,
  secrets: Pick<Secrets, 'value'>,
): Promise<void> {
  const kept = requireIssuer(await readIssuer(fleet, secrets), fleet);
  const [root, rootKey] = await Promise.all([plan.root, plan.rootKey].map(readIfThere));
  await openIssuer(kept, passphrases.issuer);
  const rootPem = await unseal(rootKey ?? '', passphrases.root);
  if (root === kept.root && isPair(root, rootPem) && isIssuedBy(kept.cert, root)) return;
  throw new GsysError('BAD_CERTIFICATE', 'What was kept of the new authority does not fit together.');
}

async function forgetRoot({ root, rootKey }: Pick<InitPlan, 'root' | 'rootKey'>): Promise<void> {
  await Promise.all([root, rootKey].map((file) => rm(file, { force: true })));
}
