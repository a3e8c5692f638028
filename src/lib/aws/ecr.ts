import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { GsysError } from '../errors.ts';
import { FLEET_TAG } from '../fleet/names.ts';
import { allPages } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

export interface Ecr {
  /** URI of each repository that there is, by name: `123….dkr.ecr.us-east-1.amazonaws.com/team/settings-nats`. */
  repositoryUris(names: string[]): Promise<Map<string, string>>;
  /** Of those that there are, by name. */
  repositories(names: string[]): Promise<Map<string, Repository>>;
  /** Makes a repository whose tags cannot be moved and whose images are scanned. @returns its URI */
  createRepository(name: string, fleet: string): Promise<string>;
  /** @returns the manifest digest behind a tag, or undefined */
  digestOf(repository: string, tag: string): Promise<string | undefined>;
  /** How to talk to the registry itself. */
  authorization(): Promise<RegistryAccess>;
}

export interface Repository {
  uri: string;
  /** Its tags stay where they are; some may be left out of that rule by a filter. */
  immutable: boolean;
}

export interface RegistryAccess {
  /** `https://123….dkr.ecr.us-east-1.amazonaws.com` */
  endpoint: string;
  /** Value of the Authorization header. A secret. */
  authorization: string;
}

const REPOSITORIES_PER_PAGE = 1000;

export function ecr(access: AwsAccess): Ecr {
  const send = openClient(access, 'ecr', ECRClient);
  const repositories: Ecr['repositories'] = async (names) => {
    // Asked by name, one missing repository would fail the whole call.
    const all = await allPages(async (nextToken) => {
      const reply = await send(
        new DescribeRepositoriesCommand({ maxResults: REPOSITORIES_PER_PAGE, nextToken }),
      );
      return { items: reply.repositories ?? [], next: reply.nextToken };
    });
    const wanted = new Set(names);
    return new Map(
      all.flatMap(({ repositoryName: name, repositoryUri: uri, imageTagMutability: mutability }) =>
        name === undefined || uri === undefined || !wanted.has(name)
          ? []
          : [[name, { uri, immutable: mutability?.startsWith('IMMUTABLE') ?? false }] as const],
      ),
    );
  };
  return {
    repositories,
    repositoryUris: async (names) =>
      new Map([...(await repositories(names))].map(([name, { uri }]) => [name, uri])),

    async createRepository(repositoryName, fleet) {
      const made = await unlessNamed(
        ['RepositoryAlreadyExistsException'],
        undefined,
        send(
          new CreateRepositoryCommand({
            repositoryName,
            imageTagMutability: 'IMMUTABLE',
            imageScanningConfiguration: { scanOnPush: true },
            tags: [{ Key: FLEET_TAG, Value: fleet }],
          }),
        ),
      );
      if (made?.repository?.repositoryUri !== undefined) return made.repository.repositoryUri;
      const { repositories } = await send(
        new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
      );
      const uri = repositories?.[0]?.repositoryUri;
      if (uri === undefined)
        throw new GsysError('AWS_CALL_FAILED', `repository ${repositoryName} has no URI`);
      return uri;
    },

    async digestOf(repositoryName, imageTag) {
      const reply = await unlessNamed(
        ['ImageNotFoundException', 'RepositoryNotFoundException'],
        undefined,
        send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] })),
      );
      return reply?.imageDetails?.[0]?.imageDigest;
    },

    async authorization() {
      const { authorizationData } = await send(new GetAuthorizationTokenCommand({}));
      const { authorizationToken, proxyEndpoint } = authorizationData?.[0] ?? {};
      if (authorizationToken === undefined || proxyEndpoint === undefined)
        throw new GsysError('AWS_CALL_FAILED', 'ecr:GetAuthorizationToken answered without a token');
      return { endpoint: proxyEndpoint, authorization: `Basic ${authorizationToken}` };
    },
  };
}
