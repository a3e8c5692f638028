import { link, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/**
 * Lays one unpacked layer over a tree, as an overlay file system would show it. Files become hard links:
 * a base that twenty images share is on the disk once.
 */
export async function overlayLayer(layer: string, tree: string): Promise<void> {
  const entries = await readdir(layer, { withFileTypes: true });
  if (entries.some((entry) => entry.name === OPAQUE)) {
    for (const name of await readdir(tree)) await rm(path.join(tree, name), { recursive: true });
  }
  for (const entry of entries) {
    if (entry.name === OPAQUE) continue;
    if (entry.name.startsWith(WHITEOUT)) {
      await rm(path.join(tree, entry.name.slice(WHITEOUT.length)), { recursive: true, force: true });
      continue;
    }
    const from = path.join(layer, entry.name);
    const to = path.join(tree, entry.name);
    const below = await lstat(to).catch(() => undefined);
    if (below && !(below.isDirectory() && entry.isDirectory())) await rm(to, { recursive: true });
    if (entry.isDirectory()) {
      if (!below?.isDirectory()) await mkdir(to, { mode: 0o755 });
      await overlayLayer(from, to);
    } else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else await link(from, to);
  }
}
