import type {
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  BatchGetImageRequest,
  BatchGetImageResponse,
  DescribeImagesRequest,
  DescribeImagesResponse,
  ImageDetail,
  ImageFailure,
  ImageIdentifier,
  ListImagesRequest,
  ListImagesResponse,
} from '@aws-sdk/client-ecr';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { page, pageSize } from '../paging.ts';
import type { BlobStore } from '../registry/blob-store.ts';
import { AwsError } from '../service.ts';
import { invalid } from './repositories.ts';
import { digestOf, type Repository, repositoryNotFound, tagsOf } from './repository.ts';

const PAGES = { most: 1000, usual: 100, refuse: invalid };
const MOST_IDS = 100;

export function imageOperations(
  context: AwsContext,
  { repositories, blobs }: { repositories: Collection<Repository>; blobs: BlobStore },
) {
  const { account } = context;
  const get = (name = ''): Repository => {
    const repository = repositories.get(name);
    if (!repository) throw repositoryNotFound(context, name);
    return repository;
  };
  const badToken = () =>
    invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'is not valid'");
  return {
    DescribeImages(input: DescribeImagesRequest): DescribeImagesResponse {
      const repository = get(input.repositoryName);
      if (input.imageIds) {
        const digests = new Set(
          input.imageIds.map((id) => digestFor(repository, id) ?? missing(repository, id, account)),
        );
        return { imageDetails: [...digests].map((digest) => detail(account, repository, digest)) };
      }
      const { items, nextToken } = page(Object.keys(repository.images), {
        key: (digest) => digest,
        limit: pageSize(input.maxResults, PAGES),
        token: input.nextToken,
        badToken,
      });
      const shown = items.filter((digest) => fits(input.filter?.tagStatus, tagsOf(repository, digest)));
      return { imageDetails: shown.map((digest) => detail(account, repository, digest)), nextToken };
    },

    ListImages(input: ListImagesRequest): ListImagesResponse {
      const repository = get(input.repositoryName);
      const ids = Object.keys(repository.images).flatMap((imageDigest): ImageIdentifier[] => {
        const tags = tagsOf(repository, imageDigest);
        if (!fits(input.filter?.tagStatus, tags)) return [];
        return tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
      });
      const { items, nextToken } = page(ids, {
        key: ({ imageDigest, imageTag }) => `${imageDigest} ${imageTag ?? ''}`,
        limit: pageSize(input.maxResults, PAGES),
        token: input.nextToken,
        badToken,
      });
      return { imageIds: items, nextToken };
    },

    BatchGetImage(input: BatchGetImageRequest): BatchGetImageResponse {
      const repository = get(input.repositoryName);
      const { found, failures } = sortOut(repository, input.imageIds);
      return {
        images: found.map(({ id, digest }) => ({
          registryId: account,
          repositoryName: repository.name,
          imageId: { ...id, imageDigest: digest },
          imageManifest: blobs.text(digest),
          imageManifestMediaType: repository.images[digest]?.mediaType,
        })),
        failures,
      };
    },

    /** By tag: takes the tag away, and the image with its last one. By digest: takes the image and all its tags. */
    async BatchDeleteImage(input: BatchDeleteImageRequest): Promise<BatchDeleteImageResponse> {
      const repository = get(input.repositoryName);
      const { found, failures } = sortOut(repository, input.imageIds);
      const imageTags = new Map(Object.entries(repository.imageTags));
      const images = new Map(Object.entries(repository.images));
      for (const { id, digest } of found) {
        for (const tag of id.imageDigest ? tagsOf(repository, digest) : [id.imageTag ?? ''])
          imageTags.delete(tag);
        if (![...imageTags.values()].includes(digest)) images.delete(digest);
      }
      await repositories.put(repository.name, {
        ...repository,
        images: Object.fromEntries(images),
        imageTags: Object.fromEntries(imageTags),
      });
      return { imageIds: found.map(({ id, digest }) => ({ ...id, imageDigest: digest })), failures };
    },
  };
}

function sortOut(repository: Repository, ids: ImageIdentifier[] = []) {
  if (ids.length < 1 || ids.length > MOST_IDS) throw invalid(`imageIds must hold 1 to ${MOST_IDS} members.`);
  const found: { id: ImageIdentifier; digest: string }[] = [];
  const failures: ImageFailure[] = [];
  for (const id of ids) {
    const digest = digestFor(repository, id);
    if (digest) found.push({ id, digest });
    else
      failures.push({
        imageId: id,
        failureCode: 'ImageNotFound',
        failureReason: 'Requested image not found',
      });
  }
  return { found, failures };
}

/** The image that an identifier means: a tag and a digest given together must agree. */
function digestFor(repository: Repository, { imageDigest, imageTag }: ImageIdentifier): string | undefined {
  const digest = imageTag === undefined ? imageDigest : digestOf(repository, imageTag);
  if (digest === undefined || (imageDigest !== undefined && imageDigest !== digest)) return undefined;
  return Object.hasOwn(repository.images, digest) ? digest : undefined;
}

function missing(repository: Repository, id: ImageIdentifier, account: string): never {
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} does not exist within the repository with name '${repository.name}' in the registry with id '${account}'`,
  );
}

function detail(account: string, repository: Repository, digest: string): ImageDetail {
  const image = repository.images[digest];
  const tags = tagsOf(repository, digest);
  return {
    registryId: account,
    repositoryName: repository.name,
    imageDigest: digest,
    ...(tags.length > 0 && { imageTags: tags }),
    ...(image && { imageSizeInBytes: image.size, imagePushedAt: new Date(image.pushedAt) }),
    imageManifestMediaType: image?.mediaType,
    artifactMediaType: image?.artifactType,
  };
}

function fits(status: string | undefined, tags: string[]): boolean {
  if (status === undefined || status === 'ANY') return true;
  return (status === 'TAGGED') === tags.length > 0;
}
