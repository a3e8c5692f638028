import { expect } from 'vitest';
import { type Story, times } from './row.ts';

const NOBODY = `sha256:${'0'.repeat(64)}`;
const APP_ARN = 'arn:aws:ecr:us-east-1:000000000000:repository/table/app';

/** `foreign/waiter` is there before the first row, with two images that a registry client pushed. */
export const ecr: Story = {
  service: 'ecr',
  rows: [
    {
      call: 'GetAuthorizationToken',
      kind: 'shape',
      what: 'for docker login',
      holds: {
        authorizationData: [{ authorizationToken: expect.any(String), proxyEndpoint: expect.any(String) }],
      },
    },
    {
      call: 'CreateRepository',
      kind: 'shape',
      what: 'with tags',
      input: {
        repositoryName: 'table/app',
        imageTagMutability: 'IMMUTABLE',
        tags: [{ Key: 'owner', Value: 'tests' }],
      },
      holds: {
        repository: {
          repositoryArn: APP_ARN,
          registryId: '000000000000',
          repositoryName: 'table/app',
          repositoryUri: expect.stringMatching(/\/table\/app$/),
          imageTagMutability: 'IMMUTABLE',
        },
      },
    },
    {
      call: 'CreateRepository',
      kind: 'error',
      what: 'that exists',
      input: { repositoryName: 'table/app' },
      error: 'RepositoryAlreadyExistsException',
    },
    {
      call: 'CreateRepository',
      kind: 'error',
      what: 'a name that is none',
      input: { repositoryName: 'Not A Name' },
      error: 'InvalidParameterException',
    },
    {
      call: 'CreateRepository',
      kind: 'shape',
      what: 'without anything',
      input: { repositoryName: 'table/two' },
      holds: { repository: { imageTagMutability: 'MUTABLE' } },
    },
    {
      call: 'DescribeRepositories',
      kind: 'shape',
      what: 'by name',
      input: { repositoryNames: ['table/two'] },
      holds: { repositories: [{ repositoryName: 'table/two' }] },
    },
    {
      call: 'DescribeRepositories',
      kind: 'error',
      what: 'one of two does not exist',
      input: { repositoryNames: ['table/two', 'table/nowhere'] },
      error: 'RepositoryNotFoundException',
    },
    {
      call: 'DescribeRepositories',
      kind: 'page',
      what: 'two at a time',
      pages: { size: 2, requests: 2, of: 'repositories', items: 3 },
    },
    {
      call: 'DescribeRepositories',
      kind: 'error',
      what: 'names and a page size together',
      input: { repositoryNames: ['table/two'], maxResults: 5 },
      error: 'InvalidParameterException',
    },
    {
      call: 'DescribeRepositories',
      kind: 'limit',
      what: 'pages of 1001 are too large',
      input: { maxResults: 1001 },
      error: 'InvalidParameterException',
    },
    {
      call: 'DescribeRepositories',
      kind: 'error',
      what: 'a token that was never given out',
      input: { nextToken: 'bogus' },
      error: 'InvalidParameterException',
    },
    {
      call: 'ListImages',
      kind: 'shape',
      what: 'what was pushed',
      input: { repositoryName: 'foreign/waiter' },
      holds: {
        imageIds: expect.arrayContaining([
          { imageTag: 'v1', imageDigest: expect.stringMatching(/^sha256:/) },
          { imageTag: 'v2', imageDigest: expect.stringMatching(/^sha256:/) },
        ]),
      },
    },
    {
      call: 'ListImages',
      kind: 'error',
      what: 'of a repository that does not exist',
      input: { repositoryName: 'table/nowhere' },
      error: 'RepositoryNotFoundException',
    },
    {
      call: 'DescribeImages',
      kind: 'shape',
      what: 'by tag',
      input: { repositoryName: 'foreign/waiter', imageIds: [{ imageTag: 'v1' }] },
      holds: { imageDetails: [{ imageTags: ['v1'], imageSizeInBytes: expect.any(Number) }] },
    },
    {
      call: 'DescribeImages',
      kind: 'page',
      what: 'all, one by one',
      input: { repositoryName: 'foreign/waiter' },
      pages: { size: 1, requests: 2, of: 'imageDetails', items: 2 },
    },
    {
      call: 'DescribeImages',
      kind: 'error',
      what: 'a tag that does not exist',
      input: { repositoryName: 'foreign/waiter', imageIds: [{ imageTag: 'v9' }] },
      error: 'ImageNotFoundException',
    },
    {
      call: 'BatchGetImage',
      kind: 'shape',
      what: 'what is missing is a failure in the answer',
      input: { repositoryName: 'foreign/waiter', imageIds: [{ imageTag: 'v1' }, { imageDigest: NOBODY }] },
      holds: {
        images: [{ imageId: { imageTag: 'v1' }, imageManifest: expect.stringContaining('schemaVersion') }],
        failures: [{ failureCode: 'ImageNotFound', imageId: { imageDigest: NOBODY } }],
      },
    },
    {
      call: 'BatchGetImage',
      kind: 'limit',
      what: '101 are one too many',
      input: { repositoryName: 'foreign/waiter', imageIds: times(101, (i) => ({ imageTag: `v${i}` })) },
      error: 'InvalidParameterException',
    },
    {
      call: 'BatchGetImage',
      kind: 'error',
      what: 'of no image',
      input: { repositoryName: 'foreign/waiter' },
      error: 'InvalidParameterException',
    },
    {
      call: 'PutImageTagMutability',
      kind: 'shape',
      what: 'to MUTABLE',
      input: { repositoryName: 'table/app', imageTagMutability: 'MUTABLE' },
      holds: { repositoryName: 'table/app', imageTagMutability: 'MUTABLE' },
    },
    {
      call: 'TagResource',
      kind: 'shape',
      what: 'answers nothing',
      input: { resourceArn: APP_ARN, tags: [{ Key: 'stage', Value: 'test' }] },
    },
    {
      call: 'ListTagsForResource',
      kind: 'shape',
      what: 'old and new',
      input: { resourceArn: APP_ARN },
      holds: {
        tags: [
          { Key: 'owner', Value: 'tests' },
          { Key: 'stage', Value: 'test' },
        ],
      },
    },
    {
      call: 'DeleteRepository',
      kind: 'shape',
      what: 'that is empty',
      input: { repositoryName: 'table/two' },
      holds: { repository: { repositoryName: 'table/two' } },
    },
    {
      call: 'DeleteRepository',
      kind: 'error',
      what: 'that holds images',
      input: { repositoryName: 'foreign/waiter' },
      error: 'RepositoryNotEmptyException',
    },
    {
      call: 'DeleteRepository',
      kind: 'error',
      what: 'that does not exist',
      input: { repositoryName: 'table/nowhere' },
      error: 'RepositoryNotFoundException',
    },
    {
      call: 'BatchDeleteImage',
      kind: 'shape',
      what: 'what is missing is a failure in the answer',
      input: { repositoryName: 'foreign/waiter', imageIds: [{ imageTag: 'v2' }, { imageTag: 'v9' }] },
      holds: {
        imageIds: [{ imageTag: 'v2', imageDigest: expect.stringMatching(/^sha256:/) }],
        failures: [{ failureCode: 'ImageNotFound', imageId: { imageTag: 'v9' } }],
      },
    },
    {
      call: 'DescribeRegistry',
      kind: 'error',
      what: 'an operation that the platform lacks',
      error: 'UnknownOperationException',
    },
  ],
};
