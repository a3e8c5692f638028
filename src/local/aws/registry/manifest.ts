import type { ImageRecord, Repository } from '../ecr/repository.ts';
import type { BlobStore } from './blob-store.ts';
import { RegistryError } from './registry-error.ts';

export const IMAGE_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
export const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { os?: string; architecture?: string };
}

export interface Manifest {
  mediaType?: string;
  artifactType?: string;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

/**
 * What the repository remembers of a manifest. Refuses one that names what is not there, so that every image
 * that has a digest can be pulled.
 */
export function examineManifest(
  content: Buffer,
  mediaType: string,
  repository: Repository,
  blobs: BlobStore,
): Omit<ImageRecord, 'pushedAt'> {
  const manifest = parseManifest(content.toString());
  if (manifest.mediaType !== undefined && manifest.mediaType !== mediaType)
    throw new RegistryError('MANIFEST_INVALID', `a manifest of ${manifest.mediaType} came as ${mediaType}`);
  const index = INDEX_TYPES.includes(mediaType);
  if (!index && !IMAGE_TYPES.includes(mediaType))
    throw new RegistryError('MANIFEST_INVALID', `manifests of type ${mediaType} are not supported`);

  const parts = index ? manifest.manifests : manifest.config && [manifest.config, ...(manifest.layers ?? [])];
  if (!Array.isArray(parts) || !parts.every((part) => typeof part?.digest === 'string'))
    throw new RegistryError('MANIFEST_INVALID', 'the manifest does not name its parts');
  const references = parts.map(({ digest }) => digest);
  const known = index ? repository.images : repository.blobs;
  const missing = references.find((digest) => !Object.hasOwn(known, digest));
  if (missing !== undefined)
    throw new RegistryError(
      index ? 'MANIFEST_UNKNOWN' : 'MANIFEST_BLOB_UNKNOWN',
      `${missing} is not in the repository`,
    );
  return {
    mediaType,
    artifactType: manifest.artifactType ?? manifest.config?.mediaType,
    size: content.length + references.reduce((sum, digest) => sum + (blobs.size(digest) ?? 0), 0),
    references,
  };
}

export function parseManifest(text: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new RegistryError('MANIFEST_INVALID', 'the manifest is not JSON');
  }
  if (manifest === null || typeof manifest !== 'object' || Array.isArray(manifest))
    throw new RegistryError('MANIFEST_INVALID', 'the manifest is not a JSON object');
  return manifest as Manifest;
}
