import { messageOf } from '../../../lib/errors.ts';
import type { ImageSource, PulledImage } from '../../ports.ts';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { digestOf, type Repository } from '../ecr/repository.ts';
import type { BlobStore } from './blob-store.ts';
import { INDEX_TYPES, type Manifest, parseManifest } from './manifest.ts';

/** Images of the platform's own registry, as files; nothing is copied. */
export function createImageSource(
  { host }: AwsContext,
  { repositories, blobs }: { repositories: Collection<Repository>; blobs: BlobStore },
): ImageSource {
  return {
    resolve(reference) {
      const refuse = (why: string) =>
        new Error(
          `pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ${why}`,
        );
      const { registry, name, digest: wanted, tag } = parseReference(reference);
      if (registry !== host()) throw refuse(`this platform pulls from ${host()} only`);
      const repository = repositories.get(name);
      if (!repository) throw refuse(`repository ${name} not found`);
      const top = wanted ?? digestOf(repository, tag);
      if (top === undefined || !Object.hasOwn(repository.images, top)) throw refuse('not found');
      try {
        const digest = platformImage(repository, blobs, top);
        return pulled(digest, parseManifest(blobs.text(digest)), blobs);
      } catch (error) {
        throw refuse(messageOf(error));
      }
    },
  };
}

function parseReference(reference: string) {
  const slash = reference.indexOf('/');
  const [path = '', digest] = reference.slice(slash + 1).split('@');
  const colon = path.lastIndexOf(':');
  return {
    registry: slash === -1 ? 'docker.io' : reference.slice(0, slash),
    name: colon === -1 ? path : path.slice(0, colon),
    tag: colon === -1 ? 'latest' : path.slice(colon + 1),
    digest,
  };
}

/** An index stands for the image of this machine's platform. */
function platformImage(repository: Repository, blobs: BlobStore, digest: string): string {
  const mediaType = repository.images[digest]?.mediaType ?? '';
  if (!INDEX_TYPES.includes(mediaType)) return digest;
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const match = parseManifest(blobs.text(digest)).manifests?.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
  );
  if (!match) throw new Error(`no match for platform in manifest: linux/${architecture}`);
  return match.digest;
}

function pulled(digest: string, { config, layers = [] }: Manifest, blobs: BlobStore): PulledImage {
  for (const { digest: layer } of layers)
    if (blobs.size(layer) === undefined) throw new Error(`layer ${layer} is missing`);
  return {
    digest,
    config: JSON.parse(blobs.text(config?.digest ?? '')) as PulledImage['config'],
    layers: layers.map((layer) => ({
      digest: layer.digest,
      mediaType: layer.mediaType,
      file: blobs.file(layer.digest),
    })),
  };
}
