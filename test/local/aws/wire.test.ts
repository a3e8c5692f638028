import { gzipSync } from 'node:zlib';
import * as ssmSchemas from '@aws-sdk/client-ssm';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as stsSchemas from '@aws-sdk/client-sts';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsService } from '../../../src/local/aws/service.ts';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';
import { raw, SIGNED } from './support/raw.ts';

/** Answers with what it understood, so that the reading of lists and structures in forms can be seen. */
let understood: unknown;
const echo: AwsService = {
  id: 'echo',
  target: '2000-01-01',
  protocol: 'awsQuery',
  schemas: stsSchemas,
  operations: {
    AssumeRole(input: unknown) {
      understood = input;
      return { PackedPolicySize: 7, Credentials: { AccessKeyId: '<&>' } };
    },
  },
};
const broken: AwsService = {
  id: 'broken',
  target: 'Broken',
  protocol: 'awsJson',
  schemas: ssmSchemas,
  operations: {
    GetParameter() {
      throw new Error('the disk is full');
    },
  },
};

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint({ services: [echo, broken] });
});
afterAll(() => endpoint.close());

const json = (target: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  raw(endpoint.url, {
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, ...SIGNED, ...headers },
    body,
  });
const form = (body: string) =>
  raw(endpoint.url, {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...SIGNED },
    body,
  });

describe('awsJson', () => {
  for (const version of ['1.0', '1.1'])
    it(`answers ${version} in ${version}`, async () => {
      const type = `application/x-amz-json-${version}`;
      const answer = await json('AmazonSSM.GetParameters', '{"Names":["/x"]}', { 'content-type': type });
      expect([answer.status, answer.headers['content-type'], JSON.parse(answer.body)]).toEqual([
        200,
        type,
        { Parameters: [], InvalidParameters: ['/x'] },
      ]);
    });

  it('unpacks gzip', async () => {
    const answer = await json('AmazonSSM.GetParameters', gzipSync('{"Names":["/x"]}'), {
      'content-encoding': 'gzip',
    });
    expect(JSON.parse(answer.body).InvalidParameters).toEqual(['/x']);
  });

  it('does not unpack a bomb', async () => {
    const answer = await json('AmazonSSM.GetParameters', gzipSync(Buffer.alloc(80 * 1024 * 1024)), {
      'content-encoding': 'gzip',
    });
    expect(answer.status).toBe(413);
  });

  for (const target of ['AmazonSSM.CreateActivation', 'AmazonSSM.toString', 'AmazonSSM.', 'Nobody.Does', 'x'])
    it(`does not pretend to know ${target}`, async () => {
      const answer = await json(target, '{}');
      expect([answer.status, JSON.parse(answer.body).__type]).toEqual([400, 'UnknownOperationException']);
    });

  for (const body of ['{', 'null', '[]', '"x"', '1'])
    it(`refuses the body ${body}`, async () => {
      const answer = await json('AmazonSSM.GetParameter', body);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body).__type).toMatch(/^(Serialization|Validation)Exception$/);
    });

  it('refuses a missing member by name', async () => {
    const answer = await json('AmazonSSM.PutParameter', '{"Name":"/a"}');
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'value' failed to satisfy constraint: Member must not be null",
    });
  });

  it("refuses it with the service's own code where it has one", async () => {
    const answer = await json('Logs_20140328.CreateLogGroup', '{}');
    expect(JSON.parse(answer.body).__type).toBe('InvalidParameterException');
  });

  it('refuses values of the wrong type, deep inside too', async () => {
    const answer = await json(
      'AmazonSSM.PutParameter',
      '{"Name":5,"Value":"v","Overwrite":"no","Tags":[{"Key":1,"Value":"b"}]}',
    );
    expect(JSON.parse(answer.body).message).toBe(
      "3 validation errors detected: Value at 'name' must be a string; Value at 'overwrite' must be a boolean; Value at 'tags.1.member.key' must be a string",
    );
  });

  it('answers its own fault with 500 and a request id, and reports it', async () => {
    const answer = await json('Broken.GetParameter', '{"Name":"/a"}');
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      500,
      { __type: 'InternalServerError', message: 'the disk is full' },
    ]);
    expect(answer.headers['x-amzn-requestid']).toBeTruthy();
    expect(endpoint.errors.map(String)).toContain('Error: the disk is full');
  });

  it('gives SDK clients errors that they know by name', async () => {
    const call = new SSMClient(endpoint.client).send(new GetParametersCommand({ Names: [] }));
    expect(await codeOf(call)).toBe('ValidationException');
  });
});

describe('awsQuery', () => {
  it('tells an SDK client who it is', async () => {
    const answer = await new STSClient(endpoint.client).send(new GetCallerIdentityCommand({}));
    expect(answer).toMatchObject({
      Account: '000000000000',
      UserId: 'gsys',
      Arn: 'arn:aws:iam::000000000000:user/gsys',
    });
  });

  it('reads lists and structures that a client wrote as a form', async () => {
    const input = {
      RoleArn: 'arn:aws:iam::000000000000:role/some-role',
      RoleSessionName: 'a b&c=d',
      PolicyArns: [{ arn: 'one' }, { arn: 'two' }],
      DurationSeconds: 900,
      Tags: [{ Key: 'k', Value: '' }],
      TransitiveTagKeys: [],
    };
    const client = new STSClient(endpoint.client);
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string };
        request.body = request.body.replace('Version=2011-06-15', 'Version=2000-01-01');
        return next(args);
      },
      { step: 'build' },
    );
    const answer = await client.send(new AssumeRoleCommand(input));
    expect(understood).toEqual(input);
    expect([answer.PackedPolicySize, answer.Credentials?.AccessKeyId]).toEqual([7, '<&>']);
  });

  for (const action of ['AssumeRole', 'constructor', ''])
    it(`does not pretend to know the action "${action}"`, async () => {
      const answer = await form(`Action=${action}&Version=2011-06-15`);
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('<Code>InvalidAction</Code>');
    });

  it('refuses missing and mistyped members in its own form', async () => {
    const answer = await form('Action=AssumeRole&Version=2000-01-01&RoleArn=x&DurationSeconds=soon');
    expect(answer.body).toContain('<Code>ValidationError</Code>');
    expect(answer.body).toContain("'roleSessionName'");
    expect(answer.body).toContain("'durationSeconds' must be a number");
  });
});
