import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint, type TestEndpoint } from './support/endpoint.ts';
import { raw, SIGNED } from './support/raw.ts';

let endpoint: TestEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
  await new SSMClient(endpoint.client).send(
    new PutParameterCommand({ Name: '/a', Value: 'v', Type: 'String' }),
  );
});
afterAll(() => endpoint.close());

const JSON_CALL = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' };
const call = (headers: Record<string, string>) =>
  raw(endpoint.url, { headers: { ...JSON_CALL, ...SIGNED, ...headers }, body: '{"Name":"/a"}' });

describe('guard', () => {
  it('lets a signed call through', async () => {
    expect((await call({})).status).toBe(200);
  });

  for (const host of ['localhost:4566', '127.0.0.1', '[::1]:80', 'LOCALHOST'])
    it(`answers to the name ${host}`, async () => {
      expect((await call({ host })).status).toBe(200);
    });

  for (const host of [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '127.0.0.2',
    '10.0.0.1:80',
  ])
    it(`refuses the foreign name ${host}`, async () => {
      expect((await call({ host })).status).toBe(403);
    });

  for (const origin of ['https://evil.example', 'null', 'http://localhost:4566'])
    it(`refuses a page of origin ${origin}, signed or not`, async () => {
      expect((await call({ origin })).status).toBe(403);
    });

  it('refuses what a browser marks as coming from another site', async () => {
    expect((await call({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/json', ''])
    it(`refuses the content type "${type}"`, async () => {
      expect((await call({ 'content-type': type })).status).toBe(403);
    });

  it('refuses the simple request that a web page may send without asking', async () => {
    const answer = await raw(endpoint.url, {
      headers: { 'content-type': 'text/plain', 'x-amz-target': 'AmazonSSM.GetParameter', ...SIGNED },
      body: '{"Name":"/a"}',
    });
    expect([answer.status, answer.body.includes('"v"')]).toEqual([403, false]);
  });

  it('refuses a JSON call without a signature, in JSON', async () => {
    const answer = await raw(endpoint.url, { headers: JSON_CALL, body: '{"Name":"/a"}' });
    expect([answer.status, JSON.parse(answer.body).__type]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ]);
  });

  it('refuses a query call without a signature, in XML', async () => {
    const answer = await raw(endpoint.url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  for (const method of ['GET', 'OPTIONS', 'PUT', 'DELETE'])
    it(`refuses ${method}, with no word about other origins`, async () => {
      const answer = await raw(endpoint.url, { method, headers: SIGNED });
      expect(answer.status).toBe(403);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    });

  it('refuses web pages at the registry too', async () => {
    const page = await raw(`${endpoint.url}/v2/`, {
      method: 'GET',
      headers: { origin: 'https://evil.example' },
    });
    const rebound = await raw(`${endpoint.url}/v2/`, { method: 'GET', headers: { host: 'evil.example' } });
    expect([page.status, rebound.status]).toEqual([403, 403]);
  });

  it('gives every answer a request id', async () => {
    const answers = [
      await call({}),
      await call({ origin: 'null' }),
      await raw(`${endpoint.url}/v2/`, { method: 'GET' }),
    ];
    for (const { headers } of answers) expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a body larger than 64 MiB and says so', async () => {
    const answer = await raw(endpoint.url, {
      headers: { ...JSON_CALL, ...SIGNED },
      body: Buffer.alloc(64 * 1024 * 1024 + 1, 32),
    });
    expect(answer.status).toBe(413);
  });
});
