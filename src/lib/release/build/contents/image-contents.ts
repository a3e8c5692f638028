import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Registry, textOf } from '../../../aws/registry.ts';
import { FILES_LABEL } from '../image.ts';
import type { StoredImage } from '../image-store.ts';
import { foldersOf } from '../layer.ts';
import { type LayerListing, listLayer } from './layer-listing.ts';

/** What can be asked of an image without running it. */
export interface ImageContents {
  config: ImageConfig;
  /** Topmost first; each is read when it is asked for. */
  layers: (() => Promise<LayerListing>)[];
}

export interface ImageConfig {
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  WorkingDir?: string;
  Labels?: Record<string, string>;
}

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** Where the parts of an image are. */
export interface ImageParts {
  manifest: Uint8Array;
  config(blob: Descriptor): Promise<string>;
  layer(blob: Descriptor): Promise<LayerListing>;
}

export async function imageContents({ manifest, config, layer }: ImageParts): Promise<ImageContents> {
  const parts = JSON.parse(Buffer.from(manifest).toString()) as { config: Descriptor; layers: Descriptor[] };
  const document = JSON.parse(await config(parts.config)) as { config?: ImageConfig };
  const own = ownFiles(document.config);
  const [top, ...under] = parts.layers.toReversed().map((blob) => once(() => layer(blob)));
  const first = own === undefined ? top : async () => own;
  return { config: document.config ?? {}, layers: [...(first ? [first] : []), ...under] };
}

/** An image of `gsys build` says what its own layer holds. */
function ownFiles(config: ImageConfig | undefined): LayerListing | undefined {
  const label = config?.Labels?.[FILES_LABEL];
  if (label === undefined) return undefined;
  const files = JSON.parse(label) as string[];
  const folders = foldersOf(files).map((folder) => [folder.slice(0, -1), 'd']);
  return Object.fromEntries([...folders, ...files.map((file) => [file, 'f'])]);
}

/** @param source for layers that are not on this machine. @param folder for what their listings were */
export function partsOfStored(image: StoredImage, source: RemoteLayers, folder: string): ImageParts {
  return {
    manifest: image.manifest,
    config: () => readFile(image.config.file, 'utf8'),
    async layer(blob) {
      const file = image.layers.find(({ digest }) => digest === blob.digest)?.file;
      if (file !== undefined) return await listLayer(createReadStream(file), blob.mediaType);
      return await remembered(folder, blob, source);
    },
  };
}

export function partsInRegistry(manifest: Uint8Array, source: RemoteLayers, folder: string): ImageParts {
  return {
    manifest,
    config: async (blob) => (await source.registry()).readBlob(source.repository, blob, textOf),
    layer: (blob) => remembered(folder, blob, source),
  };
}

export interface RemoteLayers {
  /** Opened when it is asked for. */
  registry(): Promise<Registry>;
  repository: string;
}

/** A digest never holds anything else, so a layer is fetched for its listing once. */
async function remembered(
  folder: string,
  blob: Descriptor,
  { registry, repository }: RemoteLayers,
): Promise<LayerListing> {
  const file = path.join(folder, `${blob.digest.replace('sha256:', '')}.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as LayerListing;
  const listing = await (await registry()).readBlob(repository, blob, (content) =>
    listLayer(content, blob.mediaType),
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(listing), { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
  return listing;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}
