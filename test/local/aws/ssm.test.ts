import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  paginateGetParametersByPath,
  RemoveTagsFromResourceCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';

let endpoint: TestEndpoint;
let ssm: SSMClient;
beforeEach(async () => {
  endpoint = await startEndpoint();
  ssm = new SSMClient(endpoint.client);
});
afterEach(() => endpoint.close());

const put = (Name: string, Value = 'v', more: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
const get = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, ...(WithDecryption !== undefined && { WithDecryption }) })))
    .Parameter;

describe('Parameter Store', () => {
  it('gives back what was put, with version, ARN and time', async () => {
    expect(await put('/a/b')).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await get('/a/b')).toMatchObject({
      Name: '/a/b',
      Value: 'v',
      Type: 'String',
      Version: 1,
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b',
      LastModifiedDate: expect.any(Date),
    });
  });

  it('lets one of two creators win', async () => {
    const outcomes = await Promise.all([codeOf(put('/lock/1', 'a')), codeOf(put('/lock/1', 'b'))]);
    expect(outcomes.sort()).toEqual(['ParameterAlreadyExists', 'no error']);
  });

  it('counts versions up when it overwrites, and still knows the old ones', async () => {
    await put('/a', 'one');
    expect(await put('/a', 'two', { Overwrite: true })).toMatchObject({ Version: 2 });
    expect([(await get('/a'))?.Value, (await get('/a:1'))?.Value]).toEqual(['two', 'one']);
    expect(await codeOf(get('/a:3'))).toBe('ParameterVersionNotFound');
  });

  it('finds a parameter by its ARN', async () => {
    await put('plain');
    expect((await get('arn:aws:ssm:us-east-1:000000000000:parameter/plain'))?.Name).toBe('plain');
  });

  it('shows a SecureString only to those who ask to decrypt it', async () => {
    await put('/s', 'secret', { Type: 'SecureString' });
    expect((await get('/s'))?.Value).not.toContain('secret');
    expect((await get('/s', true))?.Value).toBe('secret');
  });

  it('lists names that are not there instead of failing', async () => {
    await put('/a');
    const answer = await ssm.send(new GetParametersCommand({ Names: ['/a', '/b', '/a:9'] }));
    expect(answer.Parameters?.map(({ Name }) => Name)).toEqual(['/a']);
    expect(answer.InvalidParameters).toEqual(['/b', '/a:9']);
  });

  it('pages by ten below a path, direct children only unless asked', async () => {
    for (let i = 0; i < 23; i++) await put(`/p/${String(i).padStart(2, '0')}`);
    await put('/p/deep/er');
    await put('/pq');
    const pages = [];
    for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: '/p' })) pages.push(page);
    expect(pages.map(({ Parameters }) => Parameters?.length)).toEqual([10, 10, 3]);
    const all = [];
    for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: '/p/', Recursive: true }))
      all.push(...(page.Parameters ?? []));
    expect(all).toHaveLength(24);
  });

  it('does not repeat or skip when parameters go between two pages', async () => {
    for (let i = 0; i < 12; i++) await put(`/p/${String(i).padStart(2, '0')}`);
    const first = await ssm.send(new GetParametersByPathCommand({ Path: '/p' }));
    await ssm.send(new DeleteParameterCommand({ Name: '/p/03' }));
    const { NextToken = '' } = first;
    const second = await ssm.send(new GetParametersByPathCommand({ Path: '/p', NextToken }));
    expect(second.Parameters?.map(({ Name }) => Name)).toEqual(['/p/10', '/p/11']);
  });

  it('deletes one and many', async () => {
    await put('/a');
    await put('/b');
    await ssm.send(new DeleteParameterCommand({ Name: '/a' }));
    expect(await codeOf(get('/a'))).toBe('ParameterNotFound');
    expect(await codeOf(ssm.send(new DeleteParameterCommand({ Name: '/a' })))).toBe('ParameterNotFound');
    expect(await ssm.send(new DeleteParametersCommand({ Names: ['/a', '/b'] }))).toMatchObject({
      DeletedParameters: ['/b'],
      InvalidParameters: ['/a'],
    });
  });

  it('tags and untags', async () => {
    await put('/a', 'v', { Tags: [{ Key: 'one', Value: '1' }] });
    const resource = { ResourceType: 'Parameter', ResourceId: '/a' } as const;
    await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'two', Value: '2' }] }));
    await ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ['one'] }));
    const { TagList } = await ssm.send(new ListTagsForResourceCommand(resource));
    expect(TagList).toEqual([{ Key: 'two', Value: '2' }]);
  });

  it('survives a restart', async () => {
    await put('/a', 'kept', { Type: 'SecureString' });
    endpoint = await endpoint.restart();
    ssm = new SSMClient(endpoint.client);
    expect((await get('/a', true))?.Value).toBe('kept');
  });

  const refused: [string, () => Promise<unknown>, string][] = [
    ['a value over 4 KB', () => put('/a', 'x'.repeat(4097)), 'ValidationException'],
    ['an empty value', () => put('/a', ''), 'ValidationException'],
    [
      'a new parameter without a type',
      () => ssm.send(new PutParameterCommand({ Name: '/a', Value: 'v' })),
      'ValidationException',
    ],
    ['a name with strange characters', () => put('/a b'), 'ValidationException'],
    ['a path that does not begin with a slash', () => put('a/b'), 'ValidationException'],
    ['a name of AWS itself', () => put('/aws/x'), 'ValidationException'],
    ['more than fifteen levels', () => put('/a'.repeat(16)), 'HierarchyLevelLimitExceededException'],
    ['tags with overwrite', () => put('/a', 'v', { Overwrite: true, Tags: [] }), 'ValidationException'],
    [
      'a value that its own pattern forbids',
      () => put('/a', 'v', { AllowedPattern: '^\\d+$' }),
      'ParameterPatternMismatchException',
    ],
    [
      'eleven names at once',
      () => ssm.send(new GetParametersCommand({ Names: Array.from({ length: 11 }, (_, i) => `/n${i}`) })),
      'ValidationException',
    ],
    [
      'pages of eleven',
      () => ssm.send(new GetParametersByPathCommand({ Path: '/a', MaxResults: 11 })),
      'ValidationException',
    ],
    [
      'a token of its own making',
      () => ssm.send(new GetParametersByPathCommand({ Path: '/a', NextToken: 'x' })),
      'InvalidNextToken',
    ],
    [
      'tags on what is not there',
      () => ssm.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: '/a', Tags: [] })),
      'InvalidResourceId',
    ],
  ];
  for (const [what, attempt, code] of refused)
    it(`refuses ${what}`, async () => {
      expect(await codeOf(attempt())).toBe(code);
    });

  it('takes a larger value in the advanced tier', async () => {
    expect(await put('/a', 'x'.repeat(8192), { Tier: 'Advanced' })).toMatchObject({ Tier: 'Advanced' });
  });
});
