import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../../errors.ts';
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
  /** Files of its config and layers. */
  blobs: { digest: string; size: number; file: string }[];
  /** Bytes of all blobs. */
  size: number;
}

const TEMPORARY = '.making-';
const INPUT_ANNOTATION = 'gsys.input';
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
        await rename(target, replaced).catch(ignoreMissing);
        await rename(temporary, target);
      } catch (cause) {
        throw new GsysError('FILE_SYSTEM', `cannot save the image of ${image.service}: ${messageOf(cause)}`, {
          cause,
          next: `look at the space and permissions of ${folder}`,
        });
      } finally {
        await rm(temporary, { recursive: true, force: true });
        await rm(replaced, { recursive: true, force: true });
      }
      const stored = await read(image.service, target);
      if (stored === undefined)
        throw new GsysError('FILE_SYSTEM', `${target} does not hold what was written`);
      return stored;
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

async function write(image: Image, folder: string): Promise<void> {
  await mkdir(path.join(folder, 'blobs', 'sha256'), { recursive: true, mode: 0o700 });
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
          annotations: { [INPUT_ANNOTATION]: image.input },
        },
      ],
    }),
  );
}

interface Descriptor {
  digest: string;
  size: number;
}

/** A folder that misses a file, or holds one of another size, holds no image. */
async function read(service: string, folder: string): Promise<StoredImage | undefined> {
  try {
    const index = JSON.parse(await readFile(path.join(folder, 'index.json'), 'utf8'));
    const { digest, annotations } = index.manifests[0] as {
      digest: string;
      annotations: Record<string, string>;
    };
    const manifest = await readFile(blobFile(folder, digest));
    const { config, layers } = JSON.parse(manifest.toString()) as {
      config: Descriptor;
      layers: Descriptor[];
    };
    const blobs = [...layers, config].map((blob) => ({
      digest: blob.digest,
      size: blob.size,
      file: blobFile(folder, blob.digest),
    }));
    for (const { file, size } of blobs) if ((await stat(file)).size !== size) return undefined;
    const input = annotations[INPUT_ANNOTATION];
    if (input === undefined) return undefined;
    return { service, input, digest, manifest, blobs, size: blobs.reduce((sum, { size }) => sum + size, 0) };
  } catch {
    return undefined;
  }
}

function blobFile(folder: string, digest: string): string {
  return path.join(folder, 'blobs', ...digest.split(':'));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
