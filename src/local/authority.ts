import { createPrivateKey, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Authority } from '../lib/pki/authority.ts';
import { createIssuer } from '../lib/pki/create-issuer.ts';
import { createRoot } from '../lib/pki/create-root.ts';
import { RANDOM_PASSPHRASE_COST, seal, unseal } from '../lib/pki/envelope.ts';
import { replaceFile } from '../lib/pki/files.ts';
import { inspect, isDue, isIssuedBy } from '../lib/pki/inspect.ts';
import { privateKeyPem } from '../lib/pki/keys.ts';

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

const FILES = {
  passphrase: 'passphrase',
  root: 'root.pem',
  rootKey: 'root.key.sealed',
  issuer: 'issuer.pem',
  issuerKey: 'issuer.key.sealed',
};

async function readAuthority(folder: string, now: Date): Promise<PlatformAuthority | undefined> {
  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  const [passphrase, root, cert, sealed] = await Promise.all(
    [FILES.passphrase, FILES.root, FILES.issuer, FILES.issuerKey].map(read),
  );
  if (passphrase === undefined || root === undefined || cert === undefined || sealed === undefined) return;
  if (!isIssuedBy(cert, root) || isDue(inspect(cert), now)) return;
  const key = createPrivateKey(await unseal(sealed, passphrase.trim()));
  return { issuer: { cert, key }, bundle: root + cert };
}

async function makeAuthority(folder: string, fleet: string, now: Date): Promise<PlatformAuthority> {
  const passphrase = randomBytes(32).toString('base64url');
  const making = createRoot(fleet, now);
  const [root, issuer] = await Promise.all([making, createIssuer(making, fleet, now)]);
  const [rootKey, issuerKey] = await Promise.all(
    [root, issuer].map(({ key }) => seal(privateKeyPem(key), passphrase, RANDOM_PASSPHRASE_COST)),
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: [string, string | undefined][] = [
    [FILES.passphrase, `${passphrase}\n`],
    [FILES.root, root.cert],
    [FILES.rootKey, rootKey],
    [FILES.issuer, issuer.cert],
    [FILES.issuerKey, issuerKey],
  ];
  for (const [name, content] of files) await replaceFile(path.join(folder, name), content ?? '');
  return { issuer, bundle: root.cert + issuer.cert };
}
