import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { GetRequestSchema, GetResponseSchema } from '../../services/gen/settings_pb.js';
import { embeddedLayout, taskAddress } from '../../src/lib/fleet/embedded-layout.ts';
import { startNats, type TestNats } from '../services/helpers/nats.ts';
import { buildImages, type Images, type TaskProcess } from '../services/helpers/process.ts';
import { statusOf } from '../services/helpers/task.ts';
import { leaseSlot } from '../support/slot.ts';
import { until } from '../support/until.ts';

const SLOT = leaseSlot();
const port = embeddedLayout(SLOT, '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;
/** Few, so that a machine with other work to do has none that waits for its turn until its time is over. */
const CLIENTS = 4;
const LEAVING = 5;

let folder: string;
let nats: TestNats;
let client: NatsConnection;
let images: Images;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'drain-'));
  nats = await startNats(path.join(folder, 'nats'), port);
  client = await nats.client();
  images = await buildImages({
    ...{ folder, nats, services: ['settings', 'gateway'] },
    address: (n) => taskAddress(SLOT, n),
  });
});
afterEach(() => images.end());
afterAll(async () => {
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks without a pause, from several clients, and retries nothing. @returns what came of it when it is ended */
function load(ask: () => Promise<string | undefined>) {
  let going = true;
  const outcome = { answered: 0, failures: [] as string[] };
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (going) {
      const failure = await ask().catch(String);
      if (failure === undefined) outcome.answered++;
      else outcome.failures.push(failure);
    }
  });
  return {
    outcome,
    end: async () => {
      going = false;
      await Promise.all(clients);
      return outcome;
    },
  };
}

it('loses no request when one of two tasks of a service leaves under load, again and again', async () => {
  const bytes = toBinary(GetRequestSchema, create(GetRequestSchema, { playerId: 'p' }));
  let stays = images.run('settings');
  let leaves = images.run('settings');
  await Promise.all([stays.ready(), leaves.ready()]);
  const { outcome, end } = load(async () => {
    const { data } = await client.request('svc.settings.v1.get', bytes, { timeout: 20_000 });
    return fromBinary(GetResponseSchema, data).error?.message;
  });
  for (let round = 0; round < LEAVING; round++) {
    const before = outcome.answered;
    await until('load', () => outcome.answered > before + 100);
    leaves.child.kill('SIGTERM');
    expect(await leaves.exited).toBe(0);
    [leaves, stays] = [stays, images.run('settings')];
    await stays.ready();
  }
  const { answered, failures } = await end();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(LEAVING * 100);
});

it('loses no request when one of two gateways leaves under load, if clients heed its /ready', async () => {
  const service = images.run('settings');
  const gateways = [images.run('gateway'), images.run('gateway')];
  await Promise.all([service, ...gateways].map((task) => task.ready()));
  let registered = gateways;
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const ask = async (again: boolean): Promise<string | undefined> => {
    turn++;
    const { url } = registered[turn % registered.length] as TaskProcess;
    try {
      return await post(`${url}/settings/get`, '{"playerId":"p"}', agent);
    } catch (error) {
      // Nothing was sent: one that looked at /ready too late on a busy machine goes to the next.
      if (again && (error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return ask(false);
      throw error;
    }
  };
  const { outcome, end } = load(() => ask(true));
  for (let round = 0; round < LEAVING; round++) {
    const before = outcome.answered;
    await until('load', () => outcome.answered > before + 100);
    const [leaves, stays] = registered as [TaskProcess, TaskProcess];
    leaves.child.kill('SIGTERM');
    await until('it to say so', async () => (await statusOf(`${leaves.url}/ready`)) !== 200);
    registered = [stays];
    expect(await leaves.exited).toBe(0);
    const next = images.run('gateway');
    await next.ready();
    registered = [stays, next];
  }
  const { answered, failures } = await end();
  agent.destroy();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(LEAVING * 100);
});

/** @returns what it said, unless it was 200 */
function post(url: string, body: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(response.statusCode === 200 ? undefined : text));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
