import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { embeddedLayout, taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { bundleServices } from '../../../src/lib/release/build/bundle.ts';
import { imageFiles } from '../../../src/lib/release/build/image-files.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';
import { ROOT } from '../helpers/image.ts';
import { startNats, type TestNats } from '../helpers/nats.ts';
import { statusOf } from '../helpers/task.ts';

const SLOT = leaseSlot();
const FIRST_ADDRESS = 200;
const port = embeddedLayout(SLOT, '', { shards: 3, replicasPerShard: 1 }).nats[1]?.clientPort ?? 0;
/** Bytes: what an idle task may hold of the 512 MiB that it reserves. */
const MOST_RESIDENT = 75_000_000;
const SERVICES = ['settings', 'gateway'];

let folder: string;
let nats: TestNats;
let addresses = FIRST_ADDRESS;
const running: Process[] = [];

interface Process {
  child: ChildProcess;
  exited: Promise<number | null>;
  environment: Record<string, string>;
  healthUrl: string;
  temporary: string;
  output(): string;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'process-'));
  nats = await startNats(path.join(folder, 'nats'), port);
  const { streams } = await (await nats.client()).jetstreamManager();
  await streams.add({ name: 'EVENTS', subjects: ['evt.>'] });
  const fleet = await loadFleet({ from: ROOT });
  const services = fleet.services.filter(({ name }) => SERVICES.includes(name));
  const bundles = await bundleServices(fleet, services);
  for (const service of services) {
    const bundle = bundles.get(service.name);
    if (!bundle) throw new Error(`no bundle of ${service.name}`);
    for (const file of imageFiles(fleet, service, bundle)) {
      const target = path.join(folder, service.name, file.path);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, file.bytes);
    }
  }
});

afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
});

afterAll(async () => {
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As the container's entry point would: the image's main.js, and the task's environment alone. */
function run(service: string, changes: Record<string, string> = {}): Process {
  addresses++;
  const host = taskAddress(SLOT, addresses);
  const temporary = path.join(folder, `tmp-${addresses}`);
  mkdirSync(temporary);
  const environment = {
    HOST: host,
    PORT: '8000',
    HEALTH_PORT: '8080',
    SERVICE_NAME: service,
    NATS_SERVERS: nats.url,
    TLS_BUNDLE: nats.bundle(service),
    REDIS_SERVERS: '127.0.0.1:1',
    REDIS_AUTH: 'hush',
    LOG_LEVEL: 'info',
    TMPDIR: temporary,
    ...changes,
  };
  const child = spawn(process.execPath, ['main.js'], { cwd: appOf(service), env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const started = {
    child,
    exited,
    environment,
    temporary,
    healthUrl: `http://${host}:8080`,
    output: () => output,
  };
  running.push(started);
  return started;
}

function appOf(service: string): string {
  return path.join(folder, service, 'app');
}

function ready({ healthUrl, output }: Process): Promise<boolean> {
  return until(`ready: ${output()}`, async () => (await statusOf(`${healthUrl}/ready`)) === 200);
}

/** Of the health command that the image brings, in the environment of the task. */
async function healthCommand(service: string, environment: Record<string, string>): Promise<number | null> {
  const command = spawn(process.execPath, ['health.js'], { cwd: appOf(service), env: environment });
  return ((await once(command, 'exit')) as [number | null])[0];
}

describe.each(SERVICES)('the image of %s', (service) => {
  it('runs, is found healthy by its own command, and ends with 0, leaving no key', async () => {
    const task = run(service);
    await ready(task);
    expect(await healthCommand(service, task.environment)).toBe(0);
    task.child.kill('SIGTERM');
    expect(await task.exited).toBe(0);
    expect(readdirSync(task.temporary)).toEqual([]);
    expect(await healthCommand(service, task.environment)).toBe(1);
  });

  it(`holds less than ${MOST_RESIDENT / 1_000_000} MB when it is idle`, async () => {
    const task = run(service);
    await ready(task);
    const status = readFileSync(`/proc/${task.child.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024).toBeLessThan(MOST_RESIDENT);
  });

  it('writes JSON lines with time, level, service and message, and none of its secrets', async () => {
    const task = run(service);
    await ready(task);
    task.child.kill('SIGTERM');
    await task.exited;
    const lines = task.output().trim().split('\n');
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        level: 'info',
        service,
        msg: expect.any(String),
      });
    expect(task.output()).not.toMatch(/PRIVATE KEY|hush/);
  });
});

describe('a process', () => {
  it('ends with 0 also while it waits for NATS, and while NATS is away', async () => {
    const task = run('settings');
    await ready(task);
    await nats.stop();
    await until('/ready to notice', async () => (await statusOf(`${task.healthUrl}/ready`)) === 503);
    const waiting = run('settings');
    await until('the listener', async () => (await statusOf(`${waiting.healthUrl}/health`)) === 503);
    expect(await healthCommand('settings', waiting.environment)).toBe(1);
    expect(await healthCommand('settings', task.environment)).toBe(0);
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
    const task = run('settings', changes);
    expect(await task.exited).toBe(1);
    expect(task.output()).toContain(reason);
    expect(readdirSync(task.temporary)).toEqual([]);
  });
});
