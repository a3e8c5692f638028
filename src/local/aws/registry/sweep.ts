import type { Collection } from '../../store.ts';
import type { Repository } from '../ecr/repository.ts';
import type { BlobStore } from './blob-store.ts';

/**
 * Frees what no image needs: layers of deleted images and of pushes that never came to a manifest. Runs before
 * the registry opens, when no push can be under way.
 */
export function sweep(repositories: Collection<Repository>, blobs: BlobStore): void {
  const used = new Set<string>();
  for (const repository of repositories.values()) {
    const needed = new Set(Object.values(repository.images).flatMap(({ references }) => references));
    for (const digest of [...needed, ...Object.keys(repository.images)]) used.add(digest);
    const kept = Object.entries(repository.blobs).filter(([digest]) => needed.has(digest));
    if (kept.length < Object.keys(repository.blobs).length)
      repositories.set(repository.name, { ...repository, blobs: Object.fromEntries(kept) });
  }
  for (const digest of blobs.digests()) if (!used.has(digest)) blobs.remove(digest);
}
