import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { overlayLayer } from './overlay-layer.ts';
import { type Layer, unpackLayer } from './unpack-layer.ts';

export interface ImageTrees {
  /** The folder that holds the file system of these layers; made once, shared, not to be written to. */
  tree(layers: Layer[]): Promise<string>;
  /** Removes half-made folders, and what nobody asked for in the last week. */
  prune(now: number): Promise<void>;
}

const KEEP_UNUSED = 7 * 24 * 3600 * 1000;
const TEMPORARY = '.making-';

/** @param folder of this store alone: `layers/<hex>` as they came, `trees/<hex>` put together */
export function openImageTrees(folder: string): ImageTrees {
  const layers = path.join(folder, 'layers');
  const trees = path.join(folder, 'trees');
  const making = new Map<string, Promise<string>>();

  /** Makes a folder completely or not at all, once for everybody who asks meanwhile. */
  const once = (target: string, fill: (temporary: string) => Promise<void>): Promise<string> => {
    const running = making.get(target);
    if (running) return running;
    const made = makeFolder(target, fill).finally(() => making.delete(target));
    making.set(target, made);
    return made;
  };
  const unpacked = (layer: Layer) =>
    once(path.join(layers, hexOf(layer.digest)), (temporary) => unpackLayer(layer, temporary));

  return {
    tree(stack) {
      const name = createHash('sha256')
        .update(stack.map((layer) => layer.digest).join('\n'))
        .digest('hex');
      return once(path.join(trees, name), async (temporary) => {
        for (const layer of stack) await overlayLayer(await unpacked(layer), temporary);
      });
    },
    async prune(now) {
      for (const parent of [layers, trees]) {
        for (const name of await readdir(parent).catch(() => [])) {
          const place = path.join(parent, name);
          const used = (await stat(place)).mtimeMs;
          if (name.startsWith(TEMPORARY) || now - used > KEEP_UNUSED) await rm(place, { recursive: true });
        }
      }
    },
  };
}

async function makeFolder(target: string, fill: (temporary: string) => Promise<void>): Promise<string> {
  if (await touch(target)) return target;
  const temporary = path.join(path.dirname(target), TEMPORARY + randomUUID());
  await mkdir(temporary, { recursive: true, mode: 0o755 });
  try {
    await fill(temporary);
    await rename(temporary, target);
    await touch(target);
    return target;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Marks a folder as used now. @returns false when it is not there */
async function touch(folder: string): Promise<boolean> {
  const now = new Date();
  return await utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (!hex) throw new Error(`invalid layer digest "${digest}"`);
  return hex;
}
