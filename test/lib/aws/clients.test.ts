import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { awsAccess } from '../../../src/lib/aws/clients.ts';
import { ecr } from '../../../src/lib/aws/ecr.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo } from './support/answers.ts';

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await endpoint.close();
});

it('where the definition gives no credentials, those of the machine are found', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ours');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hush');
  const { environment } = accessTo(endpoint.url);
  const access = awsAccess({ ...environment, credentials: undefined });
  expect(await ecr(access).repositoryUris(['none'])).toEqual(new Map());
});
