import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, lstat, mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import type { PulledImage } from '../ports.ts';
import { entryPath, linkTarget } from './entry-path.ts';

export type Layer = PulledImage['layers'][number];
type Entry = Extract extends AsyncIterable<infer Item> ? Item : never;

/**
 * Unpacks one layer of an image into an empty folder. Nothing is written outside of it, whatever the archive
 * says; files lose their write permission because many tasks share them.
 * @throws Error when the blob is not what its digest says, or the archive is not safe
 */
export async function unpackLayer(layer: Layer, into: string): Promise<void> {
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const archive = extract();
  const [written, read] = await Promise.allSettled([
    writeEntries(archive, into),
    pipeline(createReadStream(layer.file), hashing, decompressor(layer.mediaType), writable(archive)),
  ]);
  if (written.status === 'rejected') throw written.reason;
  if (read.status === 'rejected') throw read.reason;
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== layer.digest)
    throw new Error(`filesystem layer verification failed for digest ${layer.digest}: got ${digest}`);
}

function decompressor(mediaType: string): Transform {
  if (/[.+]tar$/.test(mediaType)) return new PassThrough();
  if (/tar[.+]gzip$/.test(mediaType)) return createGunzip();
  throw new Error(`media type "${mediaType}" of a layer is not supported`);
}

/** tar-stream's streams are not Node's own, but behave like them. */
function writable(archive: Extract): NodeJS.WritableStream {
  return archive as unknown as NodeJS.WritableStream;
}

async function writeEntries(archive: AsyncIterable<Entry>, into: string): Promise<void> {
  const folders = new Set<string>(['', '.']);
  for await (const entry of archive) {
    const place = entryPath(entry.header.name);
    if (place === '') entry.resume();
    else await writeEntry(entry, place, into, folders);
  }
}

async function writeEntry(entry: Entry, place: string, into: string, folders: Set<string>): Promise<void> {
  const { type, linkname, mode } = entry.header;
  const target = path.join(into, place);
  await makeFolders(path.posix.dirname(place), into, folders);
  if (type === 'directory') {
    await makeFolders(place, into, folders);
    return void entry.resume();
  }
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'symlink' && type !== 'link')
    throw new Error(`archive entry "${place}" is a ${type}, which no layer may hold`);
  await rm(target, { recursive: true, force: true });
  for (const folder of folders)
    if (folder === place || folder.startsWith(`${place}/`)) folders.delete(folder);

  if (type === 'symlink') await symlink(linkTarget(place, linkname ?? ''), target);
  else if (type === 'link') await linkFile(entryPath(linkname ?? ''), place, into);
  else {
    const readOnly = 0o444 | ((mode ?? 0) & 0o111);
    return await pipeline(
      entry as AsyncIterable<Buffer>,
      createWriteStream(target, { flags: 'wx', mode: readOnly }),
    );
  }
  entry.resume();
}

/** Every parent has to be a real folder: an archive may not write through its own links. */
async function makeFolders(place: string, into: string, known: Set<string>): Promise<void> {
  if (known.has(place)) return;
  await makeFolders(path.posix.dirname(place), into, known);
  const folder = path.join(into, place);
  const found = await lstat(folder).catch(() => undefined);
  if (found && !found.isDirectory()) throw new Error(`archive entry "${place}" is not a folder`);
  if (!found) await mkdir(folder, { mode: 0o755 });
  known.add(place);
}

async function linkFile(source: string, place: string, into: string): Promise<void> {
  await requireRealParents(source, into);
  const file = path.join(into, source);
  if (!(await lstat(file)).isFile()) throw new Error(`hard link "${place}" -> "${source}" is not to a file`);
  await link(file, path.join(into, place));
}

async function requireRealParents(source: string, into: string): Promise<void> {
  for (let folder = path.posix.dirname(source); folder !== '.'; folder = path.posix.dirname(folder))
    if (!(await lstat(path.join(into, folder))).isDirectory())
      throw new Error(`hard link to "${source}" leads through a link`);
}
