import type { Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GsysError } from '../../../src/lib/errors.ts';
import { createEndpoint } from '../../../src/local/aws/server.ts';
import { askFaults, askHeal, askHealFault, askInject } from '../../../src/local/control-client.ts';
import type { PlatformFile } from '../../../src/local/platform-schema.ts';
import { type Control, controlRoute } from '../../../src/local/supervisor/control-route.ts';

const TOKEN = 'a'.repeat(64);
const nobody = () => Promise.reject(new Error('nobody asks'));
const control: Control = {
  faults: {
    list: () => [],
    inject: async (request) => {
      throw new GsysError('USAGE', `no ${JSON.stringify(request)}`, { next: 'try another' });
    },
    heal: nobody,
    healAll: () => Promise.resolve(['f1']),
  },
  status: nobody,
  heal: () => Promise.resolve(['nats-2']),
};
let server: Server;
let endpoint: string;

beforeAll(async () => {
  const routes = [controlRoute(TOKEN, control)];
  server = createEndpoint({ services: [], routes, randomId: () => 'id', onError: () => {} });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const platform = (token: string) => ({ endpoint, token }) as PlatformFile;
const heal = async (headers: Record<string, string>) =>
  (await fetch(`${endpoint}/_gsys/heal`, { method: 'POST', headers })).status;

it('answers whoever can read the token in platform.json', async () => {
  expect(await askHeal(platform(TOKEN))).toEqual(['nats-2']);
});

it('refuses a wrong token, no token, and a web page that somehow has it', async () => {
  await expect(askHeal(platform('b'.repeat(64)))).rejects.toThrow(/403/);
  expect(await heal({})).toBe(403);
  expect(await heal({ authorization: `Bearer ${TOKEN}`, origin: 'http://example.com' })).toBe(403);
});

it('says that a supervisor which is gone does not answer, and what to type', async () => {
  const gone = { endpoint: 'http://127.0.0.1:9', token: TOKEN } as PlatformFile;
  await expect(askHeal(gone)).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
});

it('lists, injects and heals faults; what is refused keeps its code, sentence and next step', async () => {
  expect(await askFaults(platform(TOKEN))).toEqual([]);
  expect(await askHealFault(platform(TOKEN), undefined)).toEqual(['f1']);
  await expect(
    askInject(platform(TOKEN), { kind: 'freeze', target: 'moon', parameters: {} }),
  ).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('"target":"moon"'),
    next: 'try another',
  });
  await expect(askFaults(platform('b'.repeat(64)))).rejects.toThrow(/403/);
});
