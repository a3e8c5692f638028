import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { secrets } from '../aws/secrets.ts';
import { AUTHORITY_FILES, authorityFolder } from '../pki/authority-folder.ts';
import { inspect } from '../pki/inspect.ts';
import { requireDistinct } from './init.ts';
import { openIssuer } from './issuer.ts';
import { issuerShelf } from './issuer-shelf.ts';
import { ensurePrivateFolder, keepRoot, makeAuthority } from './make-authority.ts';
import type { TlsContext } from './steps.ts';
import type { TlsChange, TlsWorld } from './tls-change.ts';

/** What a new authority needs of a person. */
export interface AuthorityTerms {
  /** Of the new root. */
  rootPassphrase(): Promise<string>;
  /** Folder for the new root and its key; undefined: this machine's state of the environment. */
  rootFolder: string | undefined;
}

/**
 * Makes the authority that is to come, and keeps it where nobody signs with it yet. The issuing one is sealed with the
 * passphrase that whoever issues knows already.
 * @returns fingerprints of both issuing authorities
 */
export async function prepareAuthority(
  { fleet, issuer }: TlsWorld,
  { authority, passphrase }: { authority: AuthorityTerms } & Pick<TlsChange, 'passphrase'>,
  context: TlsContext,
): Promise<{ from: string; to: string }> {
  const shelf = issuerShelf(fleet, secrets(context.access));
  const embedded = fleet.environment.platform === 'embedded';
  const own = embedded ? randomBytes(32).toString('base64url') : await passphrase(issuer);
  if (!embedded) await openIssuer(issuer, own);
  const root = embedded ? own : await authority.rootPassphrase();
  if (!embedded) requireDistinct({ root, issuer: own });
  const made = await makeAuthority(fleet.name, { root, issuer: own });
  const to = inspect(made.issuer.cert);
  if (!embedded) {
    const folder =
      authority.rootFolder ?? `${authorityFolder(fleet.environment.stateDir)}-${to.serial.slice(0, 8)}`;
    await ensurePrivateFolder(folder);
    const [rootFile, rootKey] = [AUTHORITY_FILES.root, AUTHORITY_FILES.rootKey].map((name) =>
      path.join(folder, name),
    );
    await keepRoot({ root: rootFile ?? '', rootKey: rootKey ?? '' }, made);
  }
  await shelf.keepNext(made, own);
  return { from: inspect(issuer.cert).fingerprint, to: to.fingerprint };
}
