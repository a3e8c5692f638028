import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';

/** What a layer does to the files below it: a path, without slashes at its ends, and what is there. */
export type LayerListing = Record<string, LayerEntry>;

/** `f` a file, `d` a folder, `-` a file or folder of a layer below that is gone, `!` a folder emptied; else a link. */
export type LayerEntry = 'f' | 'd' | '-' | '!' | { link: string };

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** @throws Error for a layer that is compressed in a way that Node does not know */
export async function listLayer(
  content: AsyncIterable<Uint8Array>,
  mediaType: string,
): Promise<LayerListing> {
  const archive = extract();
  const listing: LayerListing = {};
  const [listed, read] = await Promise.allSettled([
    collect(archive, listing),
    pipeline(
      Readable.from(content),
      decompressor(mediaType),
      // tar-stream's streams are not Node's own, but behave like them.
      archive as unknown as NodeJS.WritableStream,
    ),
  ]);
  if (read.status === 'rejected') throw read.reason;
  if (listed.status === 'rejected') throw listed.reason;
  return listing;
}

function decompressor(mediaType: string) {
  if (/[.+]gzip$/.test(mediaType)) return createGunzip();
  if (/[.+]tar$/.test(mediaType)) return new PassThrough();
  throw new Error(`gsys cannot look into layers of type ${mediaType}`);
}

async function collect(archive: Extract, listing: LayerListing): Promise<void> {
  for await (const entry of archive) {
    const { name, type, linkname } = entry.header;
    const place = name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
    const at = place.lastIndexOf('/') + 1;
    const [folder, file] = [place.slice(0, Math.max(0, at - 1)), place.slice(at)];
    if (file === OPAQUE) listing[folder] = '!';
    else if (file.startsWith(WHITEOUT)) listing[place.slice(0, at) + file.slice(WHITEOUT.length)] = '-';
    else if (place !== '' && listing[place] !== '!') listing[place] = entryOf(type, linkname);
    entry.resume();
  }
}

function entryOf(type: string | null | undefined, linkname: string | null | undefined): LayerEntry {
  if (type === 'directory') return 'd';
  // A hard link is a file, whatever it is named after.
  return type === 'symlink' ? { link: linkname ?? '' } : 'f';
}
