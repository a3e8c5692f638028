import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  paginateDescribeRepositories,
  TagResourceCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';
import { createPusher, type Pusher } from './support/registry.ts';

const repositoryName = 'ns/app';
let endpoint: TestEndpoint;
let registry: Pusher;
beforeEach(async () => {
  endpoint = await startEndpoint();
  registry = await createPusher(endpoint, repositoryName);
});
afterEach(() => endpoint.close());

describe('ECR', () => {
  it('describes a repository as it was made', async () => {
    const { repository } = await registry.ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'ns/other',
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        tags: [{ Key: 'gsys:fleet', Value: 'f' }],
      }),
    );
    const answer = await registry.ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['ns/other'] }),
    );
    expect(answer.repositories).toEqual([repository]);
    expect(repository).toMatchObject({
      repositoryUri: `${endpoint.host}/ns/other`,
      repositoryArn: 'arn:aws:ecr:us-east-1:000000000000:repository/ns/other',
      registryId: '000000000000',
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
    });
    const resourceArn = repository?.repositoryArn ?? '';
    await registry.ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'a', Value: 'b' }] }));
    const { tags } = await registry.ecr.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([
      { Key: 'gsys:fleet', Value: 'f' },
      { Key: 'a', Value: 'b' },
    ]);
  });

  it('lists repositories in pages', async () => {
    for (const name of ['a1', 'b1', 'c1'])
      await registry.ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
    const pages = [];
    for await (const { repositories } of paginateDescribeRepositories(
      { client: registry.ecr },
      { maxResults: 3 },
    ))
      pages.push(repositories?.map((it) => it.repositoryName));
    expect(pages).toEqual([['a1', 'b1', 'c1'], [repositoryName]]);
  });

  it('describes images with tags, size and time', async () => {
    const digest = await registry.image('v1');
    await registry.image('v2');
    await registry.image('v3', 'another layer');
    const { imageDetails } = await registry.ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
    );
    expect(imageDetails).toMatchObject([
      { imageDigest: digest, imageTags: ['v1', 'v2'], imagePushedAt: expect.any(Date) },
    ]);
    expect(imageDetails?.[0]?.imageSizeInBytes).toBeGreaterThan(100);
    const all = await registry.ecr.send(new DescribeImagesCommand({ repositoryName }));
    expect(all.imageDetails).toHaveLength(2);
    const { imageIds } = await registry.ecr.send(new ListImagesCommand({ repositoryName }));
    expect(imageIds?.map(({ imageTag }) => imageTag).sort()).toEqual(['v1', 'v2', 'v3']);
  });

  it('gives manifests by tag and digest, and names what is missing', async () => {
    const imageDigest = await registry.image('v1');
    const { images, failures } = await registry.ecr.send(
      new BatchGetImageCommand({
        repositoryName,
        imageIds: [{ imageTag: 'v1' }, { imageTag: 'constructor' }],
      }),
    );
    expect(images).toMatchObject([
      { imageId: { imageDigest, imageTag: 'v1' }, imageManifest: expect.stringContaining('layers') },
    ]);
    expect(failures).toMatchObject([{ imageId: { imageTag: 'constructor' }, failureCode: 'ImageNotFound' }]);
  });

  it('deletes a tag, and the image with its last tag or by its digest', async () => {
    const imageDigest = await registry.image('v1');
    await registry.image('v2');
    const remove = (imageIds: { imageTag?: string; imageDigest?: string }[]) =>
      registry.ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    const count = async () =>
      (await registry.ecr.send(new DescribeImagesCommand({ repositoryName }))).imageDetails?.length;
    await remove([{ imageTag: 'v1' }]);
    expect(await count()).toBe(1);
    await remove([{ imageTag: 'v2' }]);
    expect(await count()).toBe(0);
    await registry.image('v3');
    await remove([{ imageDigest }]);
    expect(await count()).toBe(0);
    expect((await remove([{ imageDigest }])).failures).toHaveLength(1);
  });

  it('keeps repositories and images over a restart, and the tokens it gave', async () => {
    const digest = await registry.image('v1');
    endpoint = await endpoint.restart();
    const image = endpoint.images.resolve(`${endpoint.host}/${repositoryName}:v1`);
    expect(image.digest).toBe(digest);
  });

  const refused: [string, () => Promise<unknown>, string][] = [
    [
      'a repository made twice',
      () => registry.ecr.send(new CreateRepositoryCommand({ repositoryName })),
      'RepositoryAlreadyExistsException',
    ],
    [
      'a name in capitals',
      () => registry.ecr.send(new CreateRepositoryCommand({ repositoryName: 'App' })),
      'InvalidParameterException',
    ],
    [
      'a repository that is not there',
      () => registry.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['none'] })),
      'RepositoryNotFoundException',
    ],
    [
      'an image that is not there',
      () =>
        registry.ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'none' }] })),
      'ImageNotFoundException',
    ],
    [
      'images of no repository',
      () => registry.ecr.send(new ListImagesCommand({ repositoryName: 'none' })),
      'RepositoryNotFoundException',
    ],
  ];
  for (const [what, attempt, code] of refused)
    it(`refuses ${what}`, async () => {
      expect(await codeOf(attempt())).toBe(code);
    });

  it('deletes a repository that holds images only when forced', async () => {
    await registry.image('v1');
    const remove = (force: boolean) =>
      registry.ecr.send(new DeleteRepositoryCommand({ repositoryName, force }));
    expect(await codeOf(remove(false))).toBe('RepositoryNotEmptyException');
    await remove(true);
    expect(await codeOf(remove(true))).toBe('RepositoryNotFoundException');
  });
});
