import { createPrivateKey, randomBytes } from 'node:crypto';
import type { Authority } from '../lib/pki/authority.ts';
import { bundleOf, readAuthorityFolder, writeAuthorityFolder } from '../lib/pki/authority-folder.ts';
import { createIssuer } from '../lib/pki/create-issuer.ts';
import { createRoot } from '../lib/pki/create-root.ts';
import { RANDOM_PASSPHRASE_COST, seal, unseal } from '../lib/pki/envelope.ts';
import { inspect, isIssuedBy } from '../lib/pki/inspect.ts';
import { privateKeyPem } from '../lib/pki/keys.ts';
import { isDue } from '../lib/pki/life.ts';

/** Who signs the platform's certificates, and the bundle that everybody trusts: root, then issuer (PEM). */
export interface PlatformAuthority {
  issuer: Authority;
  bundle: string;
}

/**
 * Opens the platform's authority, or makes one when there is none, when it is due, or when its files do not fit
 * together: it is trusted by this platform alone, and nothing of it runs yet.
 */
export async function openAuthority(folder: string, fleet: string, now: Date): Promise<PlatformAuthority> {
  return (
    (await readAuthority(folder, now).catch(() => undefined)) ?? (await makeAuthority(folder, fleet, now))
  );
}

async function readAuthority(folder: string, now: Date): Promise<PlatformAuthority | undefined> {
  const kept = await readAuthorityFolder(folder);
  if (kept === undefined || !isIssuedBy(kept.cert, kept.root) || isDue(inspect(kept.cert), now)) return;
  const key = createPrivateKey(await unseal(kept.key, kept.passphrase));
  return { issuer: { cert: kept.cert, key }, bundle: bundleOf(kept) };
}

async function makeAuthority(folder: string, fleet: string, now: Date): Promise<PlatformAuthority> {
  const passphrase = randomBytes(32).toString('base64url');
  const making = createRoot(fleet, now);
  const [root, issuer] = await Promise.all([making, createIssuer(making, fleet, now)]);
  const [rootKey, issuerKey] = await Promise.all(
    [root, issuer].map(({ key }) => seal(privateKeyPem(key), passphrase, RANDOM_PASSPHRASE_COST)),
  );
  const kept = {
    passphrase,
    root: root.cert,
    rootKey: rootKey ?? '',
    cert: issuer.cert,
    key: issuerKey ?? '',
  };
  await writeAuthorityFolder(folder, kept);
  return { issuer, bundle: bundleOf({ root: root.cert, cert: issuer.cert }) };
}
