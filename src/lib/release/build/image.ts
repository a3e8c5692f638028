import { createHash } from 'node:crypto';
import { APP_FOLDER, type ImageFile } from './image-files.ts';
import { layerOf, sha256 } from './layer.ts';

/** An OCI image in memory: what a registry wants to have. */
export interface Image {
  service: string;
  /** Input hash: the identity of an image, and its tag. */
  input: string;
  /** Of the manifest. */
  digest: string;
  manifest: Uint8Array;
  /** Config and layers, by digest. */
  blobs: { digest: string; bytes: Uint8Array }[];
}

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Changes when the same files would make another image, so that no tag means two things. */
const BUILDER = 'gsys-2';

/** Docker's names for Node's. */
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

export interface Base {
  /** Major version of the Node that runs the image. */
  node: string;
  architecture: string;
}

/** This machine's Node stands under the image: it runs on the embedded platform, and nowhere else. */
export function machineBase(): Base {
  const [node = ''] = process.versions.node.split('.');
  return { node, architecture: ARCHITECTURES[process.arch] ?? process.arch };
}

/** Hash over everything that goes in; 64 hexadecimal digits. */
export function inputHash(service: string, files: ImageFile[], base: Base): string {
  const hash = createHash('sha256');
  for (const part of [BUILDER, service, base.node, base.architecture]) hash.update(`${part}\0`);
  for (const { path, bytes } of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex');
}

/** Deterministic: the same arguments give the same digest. */
export async function makeImage(service: string, files: ImageFile[], base: Base): Promise<Image> {
  const input = inputHash(service, files, base);
  const layer = await layerOf(files);
  const config = document({
    created: new Date(0).toISOString(),
    architecture: base.architecture,
    os: 'linux',
    config: {
      // Left alone, V8 lets garbage grow to 48 MB (three semi-spaces of 16) and glibc keeps what start-up needed: an
      // idle task holds 65 MB with these two, 75 to 83 without.
      Entrypoint: ['node', '--max-semi-space-size=2', 'main.js'],
      Env: ['MALLOC_TRIM_THRESHOLD_=65536'],
      WorkingDir: `/${APP_FOLDER}`,
      Labels: { 'gsys.input': input, 'gsys.node': base.node, 'gsys.service': service },
    },
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created: new Date(0).toISOString(), created_by: BUILDER }],
  });
  const manifest = document({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: sha256(config), size: config.length },
    layers: [{ mediaType: LAYER_TYPE, digest: layer.digest, size: layer.bytes.length }],
  });
  const blobs = [
    { digest: layer.digest, bytes: layer.bytes },
    { digest: sha256(config), bytes: config },
  ];
  return { service, input, digest: sha256(manifest), manifest, blobs };
}

function document(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
