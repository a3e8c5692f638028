import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { KeyPair } from './authority.ts';

const CERT = 'cert.pem';
const KEY = 'key.pem';

/**
 * Writes `<dir>/cert.pem` and `<dir>/key.pem` so that both change in one instant: they go into a new folder beside
 * it, and `dir` is a link that is switched over. Nobody but the owner can read them, from the first byte on. The
 * folder before the last is kept, for a reader that has opened one of the two files.
 */
export async function writeKeyPair(dir: string, pair: KeyPair): Promise<void> {
  const parent = path.dirname(dir);
  const prefix = `.${path.basename(dir)}.`;
  const version = `${prefix}${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
  const folder = path.join(parent, version);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await mkdir(folder, { mode: 0o700 });
  await writePrivate(path.join(folder, KEY), pair.key);
  await writePrivate(path.join(folder, CERT), pair.cert);
  const previous = await readlink(dir).catch(() => undefined);
  await symlink(version, `${folder}.link`);
  await rename(`${folder}.link`, dir);
  await syncFolder(parent);
  const obsolete = (await readdir(parent)).filter(
    (name) => name.startsWith(prefix) && name !== version && name !== previous,
  );
  await Promise.all(obsolete.map((name) => rm(path.join(parent, name), { recursive: true, force: true })));
}

/** @returns undefined when there is none */
export async function readKeyPair(dir: string): Promise<KeyPair | undefined> {
  try {
    const [cert, key] = await Promise.all([
      readFile(path.join(dir, CERT), 'utf8'),
      readFile(path.join(dir, KEY), 'utf8'),
    ]);
    return { cert, key };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file for the owner alone, whole or not at all. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writePrivate(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

async function writePrivate(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
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
