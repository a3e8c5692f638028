import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readIfThere, replaceFile } from './files.ts';

/** Files of an authority. A `sealed` one is an envelope; the embedded platform alone has its passphrase beside it. */
export const AUTHORITY_FILES = {
  passphrase: 'passphrase',
  root: 'root.pem',
  rootKey: 'root.key.sealed',
  issuer: 'issuer.pem',
  issuerKey: 'issuer.key.sealed',
} as const;

/** The authority that signs leaves, as it is kept: certificates (PEM), and its key in an envelope. */
export interface SealedIssuer {
  root: string;
  cert: string;
  key: string;
}

/** Where a root's key is put, and where the embedded platform's first authority is. */
export function authorityFolder(stateDir: string): string {
  return path.join(stateDir, 'authority');
}

/** Of the embedded platform: the folder of the authority that signs now. */
export async function currentAuthorityFolder(stateDir: string): Promise<string> {
  const name = (await readIfThere(pointerTo(stateDir)))?.trim();
  return name === undefined ? authorityFolder(stateDir) : path.join(stateDir, name);
}

/** Another folder's authority signs from now on: one file is replaced, so there is no instant without one. */
export async function switchAuthorityFolder(stateDir: string, folder: string): Promise<void> {
  await replaceFile(pointerTo(stateDir), `${path.basename(folder)}\n`);
}

/** All that the embedded platform has, the current one first. */
export async function authorityFolders(stateDir: string): Promise<string[]> {
  const current = await currentAuthorityFolder(stateDir);
  const names = (await readdir(stateDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && /^authority(-|$)/.test(entry.name))
    .map(({ name }) => path.join(stateDir, name));
  return [current, ...names.filter((folder) => folder !== current)];
}

function pointerTo(stateDir: string): string {
  return path.join(stateDir, 'authority.current');
}

/** Of the embedded platform. @returns undefined unless all of it is there */
export async function readAuthorityFolder(
  folder: string,
): Promise<(SealedIssuer & { passphrase: string }) | undefined> {
  const { passphrase: file, root: rootFile, issuer, issuerKey } = AUTHORITY_FILES;
  const [passphrase, root, cert, key] = await Promise.all(
    [file, rootFile, issuer, issuerKey].map((name) => readIfThere(path.join(folder, name))),
  );
  if (passphrase === undefined || root === undefined || cert === undefined || key === undefined) return;
  return { passphrase: passphrase.trim(), root, cert, key };
}

/** What the embedded platform keeps of an authority. */
export interface KeptAuthority extends SealedIssuer {
  rootKey: string;
  passphrase: string;
}

/** The passphrase first: what is cut short is never an authority that nobody can open. */
export async function writeAuthorityFolder(folder: string, kept: KeptAuthority): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: [string, string][] = [
    [AUTHORITY_FILES.passphrase, `${kept.passphrase}\n`],
    [AUTHORITY_FILES.root, kept.root],
    [AUTHORITY_FILES.rootKey, kept.rootKey],
    [AUTHORITY_FILES.issuer, kept.cert],
    [AUTHORITY_FILES.issuerKey, kept.key],
  ];
  for (const [name, content] of files) await replaceFile(path.join(folder, name), content);
}

/** What everybody trusts: root, then issuer. */
export function bundleOf({ root, cert }: Pick<SealedIssuer, 'root' | 'cert'>): string {
  return root + cert;
}
