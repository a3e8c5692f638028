import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Repository } from '../ecr/repository.ts';
import type { BlobStore } from './blob-store.ts';
import { RegistryError } from './registry-error.ts';
import type { Exchange, Registry } from './route.ts';

export async function serveBlob(
  { blobs }: Registry,
  { request, response, repository, reference }: Exchange,
): Promise<void> {
  const size = blobSize(repository, blobs, reference);
  if (size === undefined) throw new RegistryError('BLOB_UNKNOWN', `${reference} is not in the repository`);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': size,
    'docker-content-digest': reference,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(blobs.file(reference)), response);
}

/** Bytes of a blob that this repository was given; other repositories' blobs are not there until mounted. */
export function blobSize(repository: Repository, blobs: BlobStore, digest: string): number | undefined {
  return Object.hasOwn(repository.blobs, digest) ? blobs.size(digest) : undefined;
}
