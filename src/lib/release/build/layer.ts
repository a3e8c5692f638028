import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { ImageFile } from './image-files.ts';

export interface Layer {
  /** gzip */
  bytes: Uint8Array;
  digest: string;
  /** Digest of the tar under the gzip. */
  diffId: string;
}

const GZIP_LEVEL = 6;
/** Nothing of this machine's clock and users. */
export const ROOT = { uid: 0, gid: 0, mtime: new Date(0) };

/** The same files give the same bytes: folders first, nothing of this machine's clock, owner or umask. */
export async function layerOf(files: ImageFile[]): Promise<Layer> {
  const archive = pack();
  const names = files.map(({ path }) => path);
  for (const name of foldersOf(names)) archive.entry({ ...ROOT, name, type: 'directory', mode: 0o755 });
  for (const { path, bytes } of files) {
    archive.entry({ ...ROOT, name: path, mode: 0o644, size: bytes.length }, Buffer.from(bytes));
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const tar = Buffer.concat(chunks);
  // In a thread of its own, so that several layers are made at once.
  const bytes = await promisify(gzip)(tar, { level: GZIP_LEVEL });
  // zlib's header carries no time; byte 9 names the operating system and is fixed here.
  bytes[9] = 0xff;
  return { bytes, digest: sha256(bytes), diffId: sha256(tar) };
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The folders that files lie in, parents first, each with a slash at its end. */
export function foldersOf(files: string[]): string[] {
  const folders = files.flatMap((file) => {
    const parts = file.split('/').slice(0, -1);
    return parts.map((_, depth) => `${parts.slice(0, depth + 1).join('/')}/`);
  });
  return [...new Set(folders)].sort();
}
