import { createHash } from 'node:crypto';
import { readBody } from '../body.ts';
import { digestOf, type Repository } from '../ecr/repository.ts';
import { isDigest } from './blob-store.ts';
import { examineManifest } from './manifest.ts';
import { RegistryError } from './registry-error.ts';
import type { Exchange, Registry } from './route.ts';

/** Bytes; the distribution specification asks registries to take at least this. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;

export function getManifest(
  { blobs }: Registry,
  { request, response, repository, reference }: Exchange,
): void {
  const digest = isDigest(reference) ? reference : digestOf(repository, reference);
  const image = digest === undefined ? undefined : repository.images[digest];
  if (digest === undefined || !image)
    throw new RegistryError('MANIFEST_UNKNOWN', 'Requested image not found');
  const body = Buffer.from(blobs.text(digest));
  response.writeHead(200, {
    'content-type': image.mediaType,
    'content-length': body.length,
    'docker-content-digest': digest,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export async function putManifest(registry: Registry, exchange: Exchange): Promise<void> {
  const { request, response, reference } = exchange;
  const { repositories, blobs, context } = registry;
  const content = await readBody(request, LARGEST_MANIFEST);
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const tag = tagOf(reference, digest);
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  const name = exchange.repository.name;
  const image = examineManifest(content, mediaType, exchange.repository, blobs);
  if (tag !== undefined) refuseMoving(exchange.repository, tag, digest);
  await blobs.add(digest, content);

  // Read again: another push may have changed the repository while the manifest was written.
  const repository = repositories.get(name);
  if (!repository) throw new RegistryError('NAME_UNKNOWN', `The repository ${name} was deleted`);
  if (tag !== undefined) refuseMoving(repository, tag, digest);
  const pushedAt = repository.images[digest]?.pushedAt ?? context.clock();
  await repositories.put(name, {
    ...repository,
    images: { ...repository.images, [digest]: { ...image, pushedAt } },
    imageTags: { ...repository.imageTags, ...(tag !== undefined && { [tag]: digest }) },
  });
  response
    .writeHead(201, {
      location: `/v2/${name}/manifests/${digest}`,
      'docker-content-digest': digest,
      'content-length': 0,
    })
    .end();
}

/** @returns the tag to set, or undefined for a push by digest */
function tagOf(reference: string, digest: string): string | undefined {
  if (reference === digest) return undefined;
  if (reference.includes(':'))
    throw new RegistryError('DIGEST_INVALID', `the manifest has digest ${digest}, not ${reference}`);
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(reference))
    throw new RegistryError('TAG_INVALID', `${reference} is not a valid tag`);
  return reference;
}

/** In an immutable repository a tag stays where it is; pushing the same image again is no move. */
function refuseMoving(repository: Repository, tag: string, digest: string): void {
  const known = digestOf(repository, tag);
  if (repository.mutability === 'MUTABLE' || known === undefined || known === digest) return;
  throw new RegistryError(
    'TAG_INVALID',
    `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
  );
}
