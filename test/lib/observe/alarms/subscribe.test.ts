import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { type SubscribeOptions, subscribe } from '../../../../src/lib/observe/alarms/subscribe.ts';
import { alarmLab } from './support.ts';

describe('subscribing', () => {
  it('wants a topic', async () => {
    const { to } = await lab({ topic: false });
    await expect(to('email', 'ops@example.com')).rejects.toMatchObject({ next: 'gsys alarms apply' });
  });

  it('a file is confirmed at once, and once', async () => {
    const { to, folder } = await lab();
    const file = path.join(folder, 'alarms.jsonl');
    expect(await to('file', file)).toMatchObject({ outcome: 'subscribed', status: 'confirmed' });
    expect(await to('file', file)).toMatchObject({ outcome: 'nothing-to-do', status: 'confirmed' });
  });

  it('a person has to follow a link, and is not waited for', async () => {
    const { to } = await lab();
    expect(await to('email', 'ops@example.com', { patience: 3_600_000 })).toMatchObject({
      status: 'pending',
    });
  });

  it('a program that only shows what it is sent is confirmed with its token', async () => {
    const { to } = await lab();
    const program = await listener();
    expect(await to('http', program.url, { patience: 1 })).toMatchObject({ status: 'pending' });
    const { Token: token } = JSON.parse(await program.said);
    expect(await to('http', program.url, { token })).toMatchObject({ status: 'confirmed' });
  });

  it('is told to nobody in a dry run, and asks before it does anything', async () => {
    const { to } = await lab();
    const no = { confirm: () => Promise.reject(new Error('no')) };
    await expect(to('email', 'ops@example.com', no)).rejects.toThrow('no');
    expect(await to('email', 'ops@example.com', { dryRun: true })).toMatchObject({ status: 'absent' });
  });
});

async function lab({ topic = true } = {}) {
  const { apply, endpoint, fleet } = await alarmLab();
  if (topic) await apply().applied;
  return {
    folder: endpoint.folder,
    to: (protocol: string, place: string, options: Partial<SubscribeOptions> = {}) =>
      subscribe({
        fleet,
        access: awsAccess(fleet.environment),
        afterwards: () => awsAccess(fleet.environment),
        holder: { command: 'alarms subscribe', who: 'ann@laptop' },
        subscriber: { protocol, endpoint: place },
        token: undefined,
        confirm: async () => {},
        dryRun: false,
        patience: 0,
        now: Date.now,
        ...options,
      }),
  };
}

/** Takes what it is sent, and does nothing with it. */
async function listener() {
  const server = createServer();
  const said = new Promise<string>((resolve) => {
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end();
      resolve(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, said };
}
