import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';

let endpoint: TestEndpoint;
let client: SecretsManagerClient;
beforeEach(async () => {
  endpoint = await startEndpoint();
  client = new SecretsManagerClient(endpoint.client);
});
afterEach(() => endpoint.close());

const create = (Name: string, more: Partial<CreateSecretCommandInput> = {}) =>
  client.send(new CreateSecretCommand({ Name, SecretString: 'one', ...more }));
const put = (SecretString: string, more: Partial<PutSecretValueCommandInput> = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: 's', SecretString, ...more }));
const read = async (more: Partial<GetSecretValueCommandInput> = {}) =>
  (await client.send(new GetSecretValueCommand({ SecretId: 's', ...more }))).SecretString;
const stages = async () =>
  (await client.send(new DescribeSecretCommand({ SecretId: 's' }))).VersionIdsToStages;
const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 's',
      VersionStage,
      ...(MoveToVersionId !== undefined && { MoveToVersionId }),
      ...(RemoveFromVersionId !== undefined && { RemoveFromVersionId }),
    }),
  );

describe('Secrets Manager', () => {
  it('finds a secret by name, ARN and ARN without suffix', async () => {
    const { ARN = '' } = await create('gsys/a');
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:gsys\/a-[A-Za-z0-9]{6}$/);
    for (const SecretId of ['gsys/a', ARN, ARN.slice(0, -7)]) expect(await read({ SecretId })).toBe('one');
  });

  it('gives binary values back byte for byte', async () => {
    const bytes = new Uint8Array([0, 255, 10]);
    await client.send(new CreateSecretCommand({ Name: 's', SecretBinary: bytes }));
    const { SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: 's' }));
    expect(Buffer.from(SecretBinary ?? [])).toEqual(Buffer.from(bytes));
  });

  it('moves AWSCURRENT to a new value and AWSPREVIOUS behind it', async () => {
    const first = (await create('s')).VersionId ?? '';
    const second = (await put('two')).VersionId ?? '';
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
    const third = (await put('three')).VersionId ?? '';
    expect(await stages()).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] });
    expect([
      await read(),
      await read({ VersionStage: 'AWSPREVIOUS' }),
      await read({ VersionId: first }),
    ]).toEqual(['three', 'two', 'one']);
  });

  it('keeps a pending value apart until it is moved to current, and moves it back', async () => {
    const first = (await create('s')).VersionId ?? '';
    const second = (await put('two', { VersionStages: ['AWSPENDING'] })).VersionId ?? '';
    expect([await read(), await read({ VersionStage: 'AWSPENDING' })]).toEqual(['one', 'two']);
    await move('AWSCURRENT', second, first);
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSPENDING', 'AWSCURRENT'] });
    await move('AWSCURRENT', first, second);
    await move('AWSPENDING', undefined, second);
    expect(await stages()).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPREVIOUS'] });
  });

  it('moves a label only from where the caller believes it is', async () => {
    const first = (await create('s')).VersionId ?? '';
    const second = (await put('two')).VersionId ?? '';
    expect(await codeOf(move('AWSCURRENT', first))).toBe('InvalidParameterException');
    expect(await codeOf(move('AWSCURRENT', second, first))).toBe('InvalidParameterException');
    expect(await codeOf(move('AWSCURRENT', undefined, second))).toBe('InvalidParameterException');
    expect(await codeOf(move('AWSCURRENT', randomUUID(), second))).toBe('ResourceNotFoundException');
    expect(await read()).toBe('two');
  });

  it('makes the first value current whatever was asked', async () => {
    await client.send(new CreateSecretCommand({ Name: 's' }));
    expect(await codeOf(read())).toBe('ResourceNotFoundException');
    await put('one', { VersionStages: ['AWSPENDING'] });
    expect(await read()).toBe('one');
  });

  it('takes a repeated request for the same one, and another value under its token for a mistake', async () => {
    const token = { ClientRequestToken: randomUUID() };
    const { ARN } = await create('s', token);
    expect((await create('s', token)).ARN).toBe(ARN);
    expect(await codeOf(create('s', { ...token, SecretString: 'other' }))).toBe('ResourceExistsException');
    const next = { ClientRequestToken: randomUUID() };
    const { VersionId } = await put('two', next);
    expect((await put('two', next)).VersionId).toBe(VersionId);
    expect(await codeOf(put('three', next))).toBe('ResourceExistsException');
    expect(Object.keys((await stages()) ?? {})).toHaveLength(2);
  });

  it('lists by the beginning of a name or tag, in pages', async () => {
    for (const name of ['a/1', 'a/2', 'b/1']) {
      await create(name, { Tags: [{ Key: 'of', Value: name }] });
      endpoint.advance(1);
    }
    const list = async (more: ListSecretsCommandInput) =>
      await client.send(new ListSecretsCommand({ SortOrder: 'asc', ...more }));
    const names = async (more: ListSecretsCommandInput) =>
      (await list(more)).SecretList?.map(({ Name }) => Name);
    expect(await names({ Filters: [{ Key: 'name', Values: ['a/'] }] })).toEqual(['a/1', 'a/2']);
    expect(await names({ Filters: [{ Key: 'name', Values: ['!a/'] }] })).toEqual(['b/1']);
    expect(await names({ Filters: [{ Key: 'tag-value', Values: ['b'] }] })).toEqual(['b/1']);
    const first = await list({ MaxResults: 2 });
    expect(first.SecretList).toHaveLength(2);
    expect(await names({ MaxResults: 2, NextToken: first.NextToken })).toEqual(['b/1']);
  });

  it('deletes with a window in which it can be restored', async () => {
    await create('s');
    const day = 24 * 60 * 60 * 1000;
    const { DeletionDate } = await client.send(
      new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }),
    );
    expect(Math.abs((DeletionDate?.getTime() ?? 0) - endpoint.now() - 7 * day)).toBeLessThan(10_000);
    expect(await codeOf(read())).toBe('InvalidRequestException');
    expect(await codeOf(create('s'))).toBe('InvalidRequestException');
    await client.send(new RestoreSecretCommand({ SecretId: 's' }));
    expect(await read()).toBe('one');
    await client.send(new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }));
    endpoint.advance(7 * day + 1000);
    expect(await codeOf(read())).toBe('ResourceNotFoundException');
    await create('s');
  });

  it('deletes at once when forced, even what is not there', async () => {
    await create('s');
    const force = () =>
      client.send(new DeleteSecretCommand({ SecretId: 's', ForceDeleteWithoutRecovery: true }));
    await force();
    expect(await codeOf(read())).toBe('ResourceNotFoundException');
    expect((await force()).Name).toBe('s');
  });

  it('tags and untags', async () => {
    await create('s', { Tags: [{ Key: 'one', Value: '1' }] });
    await client.send(new TagResourceCommand({ SecretId: 's', Tags: [{ Key: 'two', Value: '2' }] }));
    await client.send(new UntagResourceCommand({ SecretId: 's', TagKeys: ['one'] }));
    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: 's' }));
    expect(Tags).toEqual([{ Key: 'two', Value: '2' }]);
  });

  it('survives a restart with versions and labels', async () => {
    await create('s');
    await put('two', { VersionStages: ['AWSPENDING'] });
    const before = await stages();
    endpoint = await endpoint.restart();
    client = new SecretsManagerClient(endpoint.client);
    expect([await stages(), await read({ VersionStage: 'AWSPENDING' })]).toEqual([before, 'two']);
  });

  const refused: [string, () => Promise<unknown>, string][] = [
    ['a secret that is not there', () => read(), 'ResourceNotFoundException'],
    ['a name with strange characters', () => create('a b'), 'ValidationException'],
    ['a value over 64 KB', () => create('s', { SecretString: 'x'.repeat(65_537) }), 'ValidationException'],
    [
      'a text and bytes at once',
      () => create('s', { SecretBinary: new Uint8Array([1]) }),
      'InvalidParameterException',
    ],
    [
      'a token that is too short',
      () => create('s', { ClientRequestToken: 'x' }),
      'InvalidParameterException',
    ],
    [
      'a filter that it does not know',
      () => client.send(new ListSecretsCommand({ Filters: [{ Key: 'all', Values: ['x'] }] })),
      'InvalidParameterException',
    ],
  ];
  for (const [what, attempt, code] of refused)
    it(`refuses ${what}`, async () => {
      expect(await codeOf(attempt())).toBe(code);
    });
});

describe('secret source', () => {
  it('gives tasks a whole secret, a member of it, and a version by its label', async () => {
    const { ARN } = await create('s', { SecretString: '{"cert":"PEM","n":{"a":1}}' });
    await put('{"cert":"NEW"}', { VersionStages: ['AWSPENDING'] });
    const { resolve } = endpoint.secrets;
    expect(resolve(`${ARN}`)).toBe('{"cert":"PEM","n":{"a":1}}');
    expect(resolve(`${ARN}:cert::`)).toBe('PEM');
    expect(resolve(`${ARN}:n::`)).toBe('{"a":1}');
    expect(resolve(`${ARN}:cert:AWSPENDING:`)).toBe('NEW');
  });

  it('says why a task cannot start without its secret', async () => {
    const { ARN } = await create('s', { SecretString: '{"a":"b"}' });
    const { resolve } = endpoint.secrets;
    expect(() => resolve('arn:aws:secretsmanager:us-east-1:000000000000:secret:none')).toThrow(
      /^ResourceInitializationError: unable to pull secrets.*ResourceNotFoundException: Secrets Manager can't find the specified secret\.$/,
    );
    expect(() => resolve(`${ARN}:cert::`)).toThrow('did not contain json key cert');
    expect(() => resolve(`${ARN}:toString::`)).toThrow('did not contain json key toString');
    expect(() => resolve('/no/parameter')).toThrow('invalid ssm parameters: /no/parameter');
  });
});
