import path from 'node:path';
import type { LayerEntry, LayerListing } from './layer-listing.ts';

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * Whether a file is in an image, through all its links. Layers are looked into from the top, and no further down than
 * is needed.
 * @param layers what each holds, topmost first
 * @param file from the image's root, without the leading slash
 */
export async function hasFile(layers: (() => Promise<LayerListing>)[], file: string): Promise<boolean> {
  let rest = parts(file);
  let folder: string[] = [];
  for (let links = 0; rest.length > 0; ) {
    const [name = '', ...after] = rest;
    const place = [...folder, name].join('/');
    const entry = await lookUp(layers, place);
    if (typeof entry === 'object') {
      if (++links > MOST_LINKS) return false;
      const target = path.posix.resolve('/', folder.join('/'), entry.link);
      rest = [...parts(target), ...after];
      folder = [];
      continue;
    }
    if (after.length === 0) return entry === 'f';
    // Archives may leave folders out.
    if (entry === 'f') return false;
    folder = [...folder, name];
    rest = after;
  }
  return false;
}

async function lookUp(
  layers: (() => Promise<LayerListing>)[],
  place: string,
): Promise<LayerEntry | undefined> {
  for (const layer of layers) {
    const listing = await layer();
    const entry = listing[place];
    if (entry === '-') return undefined;
    if (entry !== undefined) return entry === '!' ? 'd' : entry;
    if (isHidden(listing, place)) return undefined;
  }
  return undefined;
}

/** Some folder above it was removed or emptied, so what layers below have there is gone. */
function isHidden(listing: LayerListing, place: string): boolean {
  const names = parts(place);
  const above = names.map((_, depth) => names.slice(0, depth).join('/'));
  return above.some((folder) => listing[folder] === '-' || listing[folder] === '!');
}

function parts(file: string): string[] {
  return file.split('/').filter((part) => part !== '');
}
