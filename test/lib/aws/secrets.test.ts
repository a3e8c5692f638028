import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Secrets, secrets } from '../../../src/lib/aws/secrets.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo } from './support/answers.ts';

const NAME = 'gsys/lab/local/tls/settings';
const NEXT = 'b'.repeat(64);
const OTHER = 'c'.repeat(64);

let endpoint: TestEndpoint;
let aws: Secrets;
let first = '';
beforeEach(async () => {
  endpoint = await startEndpoint();
  aws = secrets(accessTo(endpoint.url));
  await aws.create(NAME, 'one', 'a bundle');
  first = (await aws.staged(NAME, 'AWSCURRENT'))?.id ?? '';
});
afterEach(() => endpoint.close());

const stages = async () =>
  Object.fromEntries(
    await Promise.all(
      (['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const).map(async (stage) => [
        stage,
        (await aws.staged(NAME, stage))?.value,
      ]),
    ),
  );

describe('a value on AWSPENDING', () => {
  it('is taken by nobody, and put again is the same version', async () => {
    await aws.putPending(NAME, 'two', NEXT);
    await aws.putPending(NAME, 'two', NEXT);
    expect(await stages()).toEqual({ AWSCURRENT: 'one', AWSPENDING: 'two', AWSPREVIOUS: undefined });
    expect(await aws.value(NAME)).toBe('one');
    expect(await aws.staged(NAME, 'AWSPENDING')).toEqual({ id: NEXT, value: 'two' });
  });

  it('is put again after it was dropped, and takes the place of another', async () => {
    await aws.putPending(NAME, 'two', NEXT);
    await aws.dropPending(NAME, NEXT);
    expect((await stages()).AWSPENDING).toBeUndefined();
    await aws.putPending(NAME, 'three', OTHER);
    await aws.putPending(NAME, 'two', NEXT);
    expect((await stages()).AWSPENDING).toBe('two');
  });

  it('is dropped only from the version that has it, and once', async () => {
    await aws.putPending(NAME, 'two', NEXT);
    await aws.dropPending(NAME, first);
    expect((await stages()).AWSPENDING).toBe('two');
    await aws.dropPending(NAME, NEXT);
    await aws.dropPending(NAME, NEXT);
    expect((await stages()).AWSPENDING).toBeUndefined();
  });

  it('is not another value under an id that is taken', async () => {
    await aws.putPending(NAME, 'two', NEXT);
    await expect(aws.putPending(NAME, 'three', NEXT)).rejects.toMatchObject({ code: 'AWS_CALL_FAILED' });
  });
});

describe('AWSCURRENT', () => {
  it('moves to a version and back, and what it left is AWSPREVIOUS', async () => {
    await aws.putPending(NAME, 'two', NEXT);
    await aws.moveCurrent(NAME, { from: first, to: NEXT });
    await aws.dropPending(NAME, NEXT);
    expect(await stages()).toEqual({ AWSCURRENT: 'two', AWSPENDING: undefined, AWSPREVIOUS: 'one' });
    await aws.moveCurrent(NAME, { from: NEXT, to: first });
    expect(await stages()).toEqual({ AWSCURRENT: 'one', AWSPENDING: undefined, AWSPREVIOUS: 'two' });
    await aws.putPending(NAME, 'two', NEXT);
    expect((await stages()).AWSPENDING).toBe('two');
  });

  it('is not moved away from a version that it is not on', async () => {
    await aws.putPending(NAME, 'two', NEXT);
    const moving = aws.moveCurrent(NAME, { from: NEXT, to: first });
    await expect(moving).rejects.toMatchObject({ code: 'AWS_CALL_FAILED' });
  });

  it('tells when it was moved last', async () => {
    await aws.putPending(NAME, 'two', NEXT);
    endpoint.advance(60_000);
    const before = await aws.changedAt(NAME);
    await aws.moveCurrent(NAME, { from: first, to: NEXT });
    const after = await aws.changedAt(NAME);
    expect((after?.getTime() ?? 0) - (before?.getTime() ?? 0)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('a secret that is not there', () => {
  it('has nothing on any stage', async () => {
    expect(await aws.staged('nowhere', 'AWSCURRENT')).toBeUndefined();
    expect(await aws.changedAt('nowhere')).toBeUndefined();
  });
});
