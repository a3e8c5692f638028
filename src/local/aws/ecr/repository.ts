import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import type { Tags } from '../tags.ts';

/** A repository as it is kept; its bytes are in the blob store, shared by all. */
export interface Repository {
  name: string;
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number;
  mutability: 'MUTABLE' | 'IMMUTABLE';
  scanOnPush: boolean;
  tags: Tags;
  /** Size by digest of the blobs that were pushed or mounted here. */
  blobs: Record<string, number>;
  /** By digest of the manifest. */
  images: Record<string, ImageRecord>;
  /** Digest by image tag. */
  imageTags: Record<string, string>;
}

export interface ImageRecord {
  mediaType: string;
  artifactType?: string | undefined;
  /** Bytes of the manifest and of the blobs it names. */
  size: number;
  pushedAt: number;
  /** Digests of the blobs, or of the manifests of an index. */
  references: string[];
}

export function repositoryArn({ region, account }: AwsContext, name: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}

export function tagsOf(repository: Repository, digest: string): string[] {
  return Object.entries(repository.imageTags)
    .filter(([, it]) => it === digest)
    .map(([tag]) => tag);
}

/** What a tag means, if it is there; `constructor` is a legal tag. */
export function digestOf(repository: Repository, tag: string): string | undefined {
  return Object.hasOwn(repository.imageTags, tag) ? repository.imageTags[tag] : undefined;
}

export function repositoryNotFound({ account }: AwsContext, name: string): AwsError {
  return new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  );
}
