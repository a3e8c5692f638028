import path from 'node:path';
import { readIfThere } from './files.ts';

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

export function authorityFolder(stateDir: string): string {
  return path.join(stateDir, 'authority');
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

/** What everybody trusts: root, then issuer. */
export function bundleOf({ root, cert }: Pick<SealedIssuer, 'root' | 'cert'>): string {
  return root + cert;
}
