import { readdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';
import { createPusher, digestOf } from './support/registry.ts';

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint();
});
afterEach(() => endpoint.close());

/** /dev/full takes no byte: what is written through the link meets ENOSPC. */
async function fill(...where: string[]): Promise<string> {
  const file = path.join(endpoint.folder, ...where);
  await rm(file, { force: true });
  await symlink('/dev/full', file);
  return file;
}

describe('on a full disk', () => {
  it('a parameter is refused with 500, not remembered, and taken once there is room', async () => {
    const ssm = new SSMClient(endpoint.client);
    const put = () => ssm.send(new PutParameterCommand({ Name: '/lock/1', Value: 'v', Type: 'String' }));
    await fill('store', 'ssm-parameters.json.tmp');
    await expect(put()).rejects.toMatchObject({
      name: 'InternalServerError',
      message: expect.stringContaining('ENOSPC'),
      $metadata: { httpStatusCode: 500 },
    });
    expect(endpoint.errors.map(String)).toEqual([expect.stringContaining('ENOSPC')]);
    expect(await put()).toMatchObject({ Version: 1 });
  });

  it('log events are refused with 500, output of tasks is reported, and both go on afterwards', async () => {
    const logs = new CloudWatchLogsClient(endpoint.client);
    const where = { logGroupName: '/g', logStreamName: 's' };
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/g' }));
    await logs.send(new CreateLogStreamCommand(where));
    const timestamp = endpoint.now();
    const put = (message: string) =>
      logs.send(new PutLogEventsCommand({ ...where, logEvents: [{ timestamp, message }] }));
    await put('before');
    const [group = ''] = await readdir(path.join(endpoint.folder, 'logs'));
    const [file = ''] = await readdir(path.join(endpoint.folder, 'logs', group));
    const link = await fill('logs', group, file);
    expect(await codeOf(put('lost'))).toBe('InternalServerError');
    for (let i = 0; i < 3; i++) endpoint.logs.append('/g', 's', [{ timestamp, message: 'lost' }]);
    expect(endpoint.errors.map(String)).toEqual([
      expect.stringContaining('ENOSPC'),
      expect.stringContaining('output of s is lost: ENOSPC'),
    ]);
    await rm(link);
    await logs.send(new CreateLogStreamCommand({ ...where, logStreamName: 'next' }));
    endpoint.logs.append('/g', 'next', [{ timestamp, message: 'after' }]);
    const { events } = await logs.send(new GetLogEventsCommand({ ...where, logStreamName: 'next' }));
    expect(events).toMatchObject([{ message: 'after' }]);
  });

  it('a layer is refused with 500 and leaves nothing', async () => {
    const registry = await createPusher(endpoint, 'ns/app');
    const { headers } = await registry.fetch('ns/app/blobs/uploads/', { method: 'POST' });
    await fill('registry', 'uploads', headers.get('docker-upload-uuid') ?? '');
    const location = (headers.get('location') ?? '').slice('/v2/'.length);
    const digest = digestOf('layer');
    const answer = await registry.fetch(`${location}?digest=${digest}`, { method: 'PUT', body: 'layer' });
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('ENOSPC')]);
    expect(await readdir(path.join(endpoint.folder, 'registry', 'uploads'))).toEqual([]);
    expect(await registry.blob('layer')).toBe(digest);
  });
});
