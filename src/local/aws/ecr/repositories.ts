import type {
  CreateRepositoryRequest,
  CreateRepositoryResponse,
  DeleteRepositoryRequest,
  DeleteRepositoryResponse,
  DescribeRepositoriesRequest,
  DescribeRepositoriesResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  PutImageTagMutabilityRequest,
  PutImageTagMutabilityResponse,
  TagResourceRequest,
  Repository as WireRepository,
} from '@aws-sdk/client-ecr';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { page, pageSize } from '../paging.ts';
import { AwsError } from '../service.ts';
import { tagList, withTags } from '../tags.ts';
import { type Repository, repositoryArn, repositoryNotFound } from './repository.ts';

const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export function repositoryOperations(context: AwsContext, repositories: Collection<Repository>) {
  const get = (name = ''): Repository => {
    const repository = repositories.get(name);
    if (!repository) throw repositoryNotFound(context, name);
    return repository;
  };
  const byArn = (arn = '') => get(arn.replace(repositoryArn(context, ''), ''));
  return {
    async CreateRepository(input: CreateRepositoryRequest): Promise<CreateRepositoryResponse> {
      const name = input.repositoryName ?? '';
      if (!NAME.test(name) || name.length < 2 || name.length > 256)
        throw invalid(
          `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${NAME.source}''`,
        );
      if (repositories.has(name))
        throw new AwsError(
          'RepositoryAlreadyExistsException',
          `The repository with name '${name}' already exists in the registry with id '${context.account}'`,
        );
      const repository: Repository = {
        name,
        createdAt: context.clock(),
        mutability: mutability(input.imageTagMutability ?? 'MUTABLE'),
        scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
        tags: withTags({}, input.tags, 'InvalidTagParameterException'),
        blobs: {},
        images: {},
        imageTags: {},
      };
      await repositories.put(name, repository);
      return { repository: wireRepository(context, repository) };
    },

    DescribeRepositories(input: DescribeRepositoriesRequest): DescribeRepositoriesResponse {
      const { repositoryNames: names, nextToken: token, maxResults } = input;
      if (names && (token !== undefined || maxResults !== undefined))
        throw invalid('repositoryNames cannot be given together with nextToken or maxResults.');
      if (names)
        return { repositories: names.map(get).map((repository) => wireRepository(context, repository)) };
      const { items, nextToken } = page(repositories.values(), {
        key: ({ name }) => name,
        limit: pageSize(maxResults, { most: 1000, usual: 100, refuse: invalid }),
        token,
        badToken: () =>
          invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'is not valid'"),
      });
      return { repositories: items.map((repository) => wireRepository(context, repository)), nextToken };
    },

    async DeleteRepository(input: DeleteRepositoryRequest): Promise<DeleteRepositoryResponse> {
      const repository = get(input.repositoryName);
      if (!input.force && Object.keys(repository.images).length > 0)
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${repository.name}' in registry with id '${context.account}' cannot be deleted because it still contains images`,
        );
      await repositories.remove(repository.name);
      return { repository: wireRepository(context, repository) };
    },

    async PutImageTagMutability(input: PutImageTagMutabilityRequest): Promise<PutImageTagMutabilityResponse> {
      const repository = { ...get(input.repositoryName), mutability: mutability(input.imageTagMutability) };
      await repositories.put(repository.name, repository);
      return {
        registryId: context.account,
        repositoryName: repository.name,
        imageTagMutability: repository.mutability,
      };
    },

    async TagResource(input: TagResourceRequest): Promise<object> {
      const repository = byArn(input.resourceArn);
      const tags = withTags(repository.tags, input.tags, 'InvalidTagParameterException');
      await repositories.put(repository.name, { ...repository, tags });
      return {};
    },

    ListTagsForResource: (input: ListTagsForResourceRequest): ListTagsForResourceResponse => ({
      tags: tagList(byArn(input.resourceArn).tags),
    }),
  };
}

function wireRepository(context: AwsContext, repository: Repository): WireRepository {
  return {
    repositoryName: repository.name,
    repositoryArn: repositoryArn(context, repository.name),
    registryId: context.account,
    repositoryUri: `${context.host()}/${repository.name}`,
    createdAt: new Date(repository.createdAt),
    imageTagMutability: repository.mutability,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
}

function mutability(asked: string | undefined): Repository['mutability'] {
  if (asked === 'MUTABLE' || asked === 'IMMUTABLE') return asked;
  throw invalid(`The image tag mutability ${asked} is not supported here.`);
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
