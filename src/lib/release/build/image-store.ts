import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../../errors.ts';
import { MACHINE } from './base/base.ts';
import { type Image, MANIFEST_TYPE } from './image.ts';

/** Images on this machine, one OCI layout a service: what `build` leaves and `push` sends. */
export interface ImageStore {
  /** What is there of a service, without its layers; undefined when there is nothing complete. */
  find(service: string): Promise<StoredImage | undefined>;
  /** Puts an image in the place of the one before, completely or not at all. */
  save(image: Image): Promise<StoredImage>;
  /** Removes what a killed build left behind. */
  sweep(): Promise<void>;
}

export interface StoredImage {
  service: string;
  input: string;
  digest: string;
  manifest: Uint8Array;
  /** Name of the base that it stands on. */
  base: string;
  config: StoredBlob & { file: string };
  /** Bottom first; the service's own is the last one. */
  layers: StoredBlob[];
  /** Bytes of config and layers. */
  size: number;
}

export interface StoredBlob {
  digest: string;
  size: number;
  /** Undefined for a layer of a base that lies in the registry alone. */
  file: string | undefined;
}

const TEMPORARY = '.making-';
const INPUT_ANNOTATION = 'gsys.input';
const BASE_ANNOTATION = 'gsys.base';
/** Older than this, a temporary folder belongs to no build that still runs; milliseconds. */
const STALE = 600_000;

/** @param stateDir of the environment */
export function imageStore(stateDir: string): ImageStore {
  const folder = path.join(stateDir, 'images');
  return {
    find: (service) => read(service, path.join(folder, service)),

    async save(image) {
      const target = path.join(folder, image.service);
      const temporary = path.join(folder, `${TEMPORARY}${randomUUID()}`);
      const replaced = `${temporary}.old`;
      try {
        await write(image, temporary);
        const stored = await read(image.service, temporary, target);
        if (stored === undefined) throw new Error('it does not hold what was written');
        await replace(temporary, target, replaced);
        return stored;
      } catch (cause) {
        throw new GsysError('FILE_SYSTEM', `cannot save the image of ${image.service}: ${messageOf(cause)}`, {
          cause,
          next: `look at the space and permissions of ${folder}`,
        });
      } finally {
        await rm(temporary, { recursive: true, force: true });
        await rm(replaced, { recursive: true, force: true });
      }
    },

    async sweep() {
      for (const name of await readdir(folder).catch(() => [])) {
        const place = path.join(folder, name);
        if (!name.startsWith(TEMPORARY)) continue;
        const { mtimeMs } = await stat(place).catch(() => ({ mtimeMs: Date.now() }));
        if (Date.now() - mtimeMs > STALE) await rm(place, { recursive: true, force: true });
      }
    },
  };
}

/** Another build may put the same image there at the same time: then its folder goes too. */
async function replace(made: string, target: string, replaced: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rename(target, replaced).catch(ignoreMissing);
    try {
      return await rename(made, target);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'ENOTEMPTY' && code !== 'EEXIST') || attempt === RIVALS) throw error;
      await rm(replaced, { recursive: true, force: true });
    }
  }
}

const RIVALS = 10;

async function write(image: Image, folder: string): Promise<void> {
  await mkdir(path.join(folder, 'blobs', 'sha256'), { recursive: true, mode: 0o700 });
  for (const { digest, file } of image.under)
    if (file !== undefined) await place(file, blobFile(folder, digest));
  const manifest = { digest: image.digest, bytes: image.manifest };
  for (const { digest, bytes } of [...image.blobs, manifest])
    await writeFile(blobFile(folder, digest), bytes);
  await writeFile(path.join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(
    path.join(folder, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: MANIFEST_TYPE,
          digest: image.digest,
          size: image.manifest.length,
          annotations: { [INPUT_ANNOTATION]: image.input, [BASE_ANNOTATION]: image.base },
        },
      ],
    }),
  );
}

/** Twenty images share one base on the disk, where the file system can. */
async function place(file: string, target: string): Promise<void> {
  await link(file, target).catch(() => copyFile(file, target));
}

interface Descriptor {
  digest: string;
  size: number;
}

/**
 * A folder that misses a file, or holds one of another size, holds no image.
 * @param target where it will be
 */
async function read(service: string, folder: string, target = folder): Promise<StoredImage | undefined> {
  try {
    const index = JSON.parse(await readFile(path.join(folder, 'index.json'), 'utf8'));
    const { digest, annotations } = index.manifests[0] as {
      digest: string;
      annotations: Record<string, string>;
    };
    const manifest = await readFile(blobFile(folder, digest));
    const parts = JSON.parse(manifest.toString()) as { config: Descriptor; layers: Descriptor[] };
    const [input, base] = [annotations[INPUT_ANNOTATION], annotations[BASE_ANNOTATION]];
    const config = await blob(folder, parts.config, target);
    const layers = await Promise.all(parts.layers.map((layer) => blob(folder, layer, target)));
    const [own, ...under] = layers.toReversed();
    if (input === undefined || base === undefined) return undefined;
    if (config.file === undefined || own?.file === undefined) return undefined;
    if (base === MACHINE && under.some(({ file }) => file === undefined)) return undefined;
    const size = [config, ...layers].reduce((sum, part) => sum + part.size, 0);
    return { service, input, digest, manifest, base, config: { ...config, file: config.file }, layers, size };
  } catch {
    return undefined;
  }
}

async function blob(folder: string, { digest, size }: Descriptor, target: string): Promise<StoredBlob> {
  const there = await stat(blobFile(folder, digest)).catch(() => undefined);
  return { digest, size, file: there?.size === size ? blobFile(target, digest) : undefined };
}

function blobFile(folder: string, digest: string): string {
  return path.join(folder, 'blobs', ...digest.split(':'));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
