import { createHash } from 'node:crypto';
import { type Base, type BaseLayer, MACHINE } from './base/base.ts';
import { APP_FOLDER, type ImageFile } from './image-files.ts';
import { layerOf, sha256 } from './layer.ts';

/** An OCI image: what a registry wants to have. */
export interface Image {
  service: string;
  /** Input hash: the identity of an image, and its tag. */
  input: string;
  /** Of the manifest. */
  digest: string;
  manifest: Uint8Array;
  /** Name of the base that it stands on. */
  base: string;
  /** The base's layers, bottom first: in files, or in the registry alone. */
  under: BaseLayer[];
  /** Its own layer, and its config; by digest, in memory. */
  blobs: { digest: string; bytes: Uint8Array }[];
}

/** A file of the service's own layer, without its bytes. */
export interface DigestedFile {
  path: string;
  digest: string;
}

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Major version of the Node that the image was made for. */
export const NODE_LABEL = 'gsys.node';
/** JSON: the files of its own layer, so that nobody has to unpack it to know. */
export const FILES_LABEL = 'gsys.files';

/** Changes when the same files would make another image, so that no tag means two things. */
const BUILDER = 'gsys-3';

/** Hash over everything that goes in; 64 hexadecimal digits. @param files sorted by path */
export function inputHash(service: string, files: DigestedFile[], base: Base): string {
  const hash = createHash('sha256');
  const under = [base.digest, base.node, base.architecture];
  for (const part of [BUILDER, service, ...under]) hash.update(`${part}\0`);
  for (const { path, digest } of files) hash.update(`${path}\0${digest}\0`);
  return hash.digest('hex');
}

export function digested({ path, bytes }: ImageFile): DigestedFile {
  return { path, digest: sha256(bytes) };
}

/** Deterministic: the same arguments give the same digest. */
export async function makeImage(service: string, files: ImageFile[], base: Base): Promise<Image> {
  const input = inputHash(service, files.map(digested), base);
  const layer = await layerOf(files);
  const own = { mediaType: LAYER_TYPE, digest: layer.digest, size: layer.bytes.length };
  const labels = {
    'gsys.base': base.name,
    [FILES_LABEL]: JSON.stringify(files.map(({ path }) => path)),
    'gsys.input': input,
    [NODE_LABEL]: base.node,
    'gsys.service': service,
  };
  const config = document(configOf(base, labels, layer.diffId));
  const manifest = document({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: sha256(config), size: config.length },
    layers: [...base.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })), own],
    ...(base.name !== MACHINE && { annotations: annotationsOf(base) }),
  });
  const blobs = [
    { digest: layer.digest, bytes: layer.bytes },
    { digest: sha256(config), bytes: config },
  ];
  return { service, input, digest: sha256(manifest), manifest, base: base.name, under: base.layers, blobs };
}

function configOf(base: Base, labels: Record<string, string>, diffId: string) {
  const created = new Date(0).toISOString();
  return {
    created,
    architecture: base.architecture,
    os: 'linux',
    config: {
      ...base.config,
      // Left alone, V8 lets garbage grow to 48 MB (three semi-spaces of 16) and glibc keeps what start-up needed: an
      // idle task holds 65 MB with these two, 75 to 83 without.
      Entrypoint: ['node', '--max-semi-space-size=2', 'main.js'],
      Env: [...(base.config.Env ?? []), 'MALLOC_TRIM_THRESHOLD_=65536'],
      WorkingDir: `/${APP_FOLDER}`,
      Labels: labels,
    },
    rootfs: { type: 'layers', diff_ids: [...base.layers.map((layer) => layer.diffId), diffId] },
    history: [
      ...base.layers.map(() => ({ created, created_by: `base ${base.name}` })),
      { created, created_by: BUILDER },
    ],
  };
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md: scanners look for a newer base by these. */
function annotationsOf({ name, digest }: Base) {
  return {
    'org.opencontainers.image.base.digest': digest,
    'org.opencontainers.image.base.name': name,
  };
}

function document(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
