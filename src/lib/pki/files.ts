import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../errors.ts';
import type { KeyPair } from './authority.ts';
import { requirePrivate } from './private-folder.ts';

const CERT = 'cert.pem';
const KEY = 'key.pem';
const CA = 'ca.pem';

/**
 * Writes `<dir>/cert.pem` and `<dir>/key.pem` so that both change in one instant: they go into a new folder beside
 * it, and `dir` is a link that is switched over. Nobody but the owner can read them, from the first byte on. The
 * folder before the last is kept, for a reader that has opened one of the two files.
 * @throws GsysError FILE_SYSTEM when others can enter the folder around it, or it cannot be written: `dir` is as before
 */
export function writeKeyPair(dir: string, { cert, key }: KeyPair): Promise<void> {
  return writeVersion(dir, { [KEY]: key, [CERT]: cert });
}

/** The same for a certificate whose key was made elsewhere, and stays there. */
export function writeCertificate(dir: string, cert: string): Promise<void> {
  return writeVersion(dir, { [CERT]: cert });
}

/** The same for a server, with the bundle of whom it trusts: all three change in one instant. */
export function writeServerFiles(dir: string, { cert, key, ca }: ServerFiles): Promise<void> {
  return writeVersion(dir, { [KEY]: key, [CERT]: cert, [CA]: ca });
}

/** What a server reads: its pair, and whom it trusts. */
export interface ServerFiles extends KeyPair {
  ca: string;
}

/** @returns undefined when one of the three is not there */
export async function readServerFiles(dir: string): Promise<ServerFiles | undefined> {
  const [pair, ca] = await Promise.all([readKeyPair(dir), readIfThere(path.join(dir, CA))]);
  return pair === undefined || ca === undefined ? undefined : { ...pair, ca };
}

/** @returns undefined when there is none, or only one of the two */
export async function readKeyPair(dir: string): Promise<KeyPair | undefined> {
  const [cert, key] = await Promise.all([readCertificate(dir), readIfThere(path.join(dir, KEY))]);
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

/** @returns undefined when there is none */
export function readCertificate(dir: string): Promise<string | undefined> {
  return readIfThere(path.join(dir, CERT));
}

/** @returns undefined when there is no such file */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new GsysError('FILE_SYSTEM', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Writes a file for the owner alone, whole or not at all. */
export async function replaceFile(file: string, content: string): Promise<void> {
  await replace(file, content, PRIVATE);
}

/** The same for what everybody may read: a trust bundle. */
export async function writePublic(file: string, content: string): Promise<void> {
  await replace(file, content, 0o644);
}

const PRIVATE = 0o600;

async function replace(file: string, content: string, mode: number): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeNew(temporary, content, mode);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Writes a file that must not exist yet; for the owner alone, from the first byte on, unless told otherwise. */
export async function writeNew(file: string, content: string, mode = PRIVATE): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeVersion(dir: string, files: Record<string, string>): Promise<void> {
  const parent = path.dirname(dir);
  const prefix = `.${path.basename(dir)}.`;
  const version = `${prefix}${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
  const folder = path.join(parent, version);
  try {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    requirePrivate(parent);
    await mkdir(folder, { mode: 0o700 });
    for (const [name, content] of Object.entries(files)) await writeNew(path.join(folder, name), content);
    await syncFolder(folder);
    const previous = await readlink(dir).catch(() => undefined);
    await symlink(version, `${folder}.link`);
    await rename(`${folder}.link`, dir);
    await syncFolder(parent);
    const obsolete = (await readdir(parent)).filter(
      (name) => name.startsWith(prefix) && name !== version && name !== previous,
    );
    await Promise.all(obsolete.map((name) => rm(path.join(parent, name), { recursive: true, force: true })));
  } catch (error) {
    await removeUnused(dir, version);
    if (error instanceof GsysError) throw error;
    throw new GsysError('FILE_SYSTEM', `${dir} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

/** A key that nobody uses must not lie about. What the link leads to has been switched over, and stays. */
async function removeUnused(dir: string, version: string): Promise<void> {
  if ((await readlink(dir).catch(() => undefined)) === version) return;
  const folder = path.join(path.dirname(dir), version);
  await Promise.all(
    [folder, `${folder}.link`].map((name) =>
      rm(name, { recursive: true, force: true }).catch(() => undefined),
    ),
  );
}

/** A rename is on disk once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
