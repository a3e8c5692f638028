import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { embeddedLayout, taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';
import { startNats, type TestNats } from '../helpers/nats.ts';
import { buildImages, type Images } from '../helpers/process.ts';
import { statusOf } from '../helpers/task.ts';

const SLOT = leaseSlot();
const FIRST_ADDRESS = 200;
const port = embeddedLayout(SLOT, '', { shards: 3, replicasPerShard: 1 }).nats[1]?.clientPort ?? 0;
/** Bytes: what an idle task may hold of the 512 MiB that it reserves. */
const MOST_RESIDENT = 75_000_000;
const SERVICES = ['settings', 'gateway'];

let folder: string;
let nats: TestNats;
let images: Images;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'process-'));
  nats = await startNats(path.join(folder, 'nats'), port);
  const { streams } = await (await nats.client()).jetstreamManager();
  await streams.add({ name: 'EVENTS', subjects: ['evt.>'] });
  const address = (n: number) => taskAddress(SLOT, FIRST_ADDRESS + n);
  images = await buildImages({ folder, services: SERVICES, nats, address });
});
afterEach(() => images.end());
afterAll(async () => {
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(SERVICES)('the image of %s', (service) => {
  it('runs, is found healthy by its own command, and ends with 0, leaving no key', async () => {
    const task = images.run(service);
    await task.ready();
    expect(await images.healthCommand(service, task.environment)).toBe(0);
    task.child.kill('SIGTERM');
    expect(await task.exited).toBe(0);
    expect(readdirSync(task.temporary)).toEqual([]);
    expect(await images.healthCommand(service, task.environment)).toBe(1);
  });

  it(`holds less than ${MOST_RESIDENT / 1_000_000} MB when it is idle`, async () => {
    const task = images.run(service);
    await task.ready();
    const status = readFileSync(`/proc/${task.child.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024).toBeLessThan(MOST_RESIDENT);
  });

  it('writes JSON lines with time, level, service and message, and none of its secrets', async () => {
    const task = images.run(service);
    await task.ready();
    task.child.kill('SIGTERM');
    await task.exited;
    const lines = task.output().trim().split('\n');
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        level: expect.stringMatching(/^(info|error)$/),
        service,
        msg: expect.any(String),
      });
    expect(task.output()).not.toMatch(/PRIVATE KEY|hush/);
  });
});

describe('a process', () => {
  it('ends with 0 also while it waits for NATS, and while NATS is away', async () => {
    const task = images.run('settings');
    await task.ready();
    await nats.stop();
    await until('/ready to notice', async () => (await statusOf(`${task.healthUrl}/ready`)) === 503);
    const waiting = images.run('settings');
    await until('the listener', async () => (await statusOf(`${waiting.healthUrl}/health`)) === 503);
    expect(await images.healthCommand('settings', waiting.environment)).toBe(1);
    expect(await images.healthCommand('settings', task.environment)).toBe(0);
    task.child.kill('SIGTERM');
    waiting.child.kill('SIGTERM');
    expect(await Promise.all([task.exited, waiting.exited])).toEqual([0, 0]);
    await nats.start();
  });

  it.each([
    ['an environment that is not complete', { NATS_SERVERS: '' }, 'NATS_SERVERS is not set'],
    ['a bundle that is none', { TLS_BUNDLE: 'oh' }, 'TLS_BUNDLE is not JSON'],
    [
      'a metadata endpoint that does not answer',
      { ECS_CONTAINER_METADATA_URI_V4: 'http://127.0.0.1:1' },
      'metadata',
    ],
    ['a port that is taken', { HOST: '127.0.0.1', HEALTH_PORT: String(port) }, 'EADDRINUSE'],
  ])('says why it cannot start with %s, and ends with 1', async (_, changes, reason) => {
    const task = images.run('settings', changes);
    expect(await task.exited).toBe(1);
    expect(task.output()).toContain(reason);
    expect(readdirSync(task.temporary)).toEqual([]);
  });
});
