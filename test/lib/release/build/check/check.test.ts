import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AwsAccess, awsAccess } from '../../../../../src/lib/aws/clients.ts';
import type { Fleet } from '../../../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../../../src/lib/fleet/load.ts';
import { build } from '../../../../../src/lib/release/build/build.ts';
import { type CheckEvent, checkImages } from '../../../../../src/lib/release/build/check/check.ts';
import { fleetFolder } from '../../../../support/fleet-folder.ts';
import { until } from '../../../../support/until.ts';

const PROGRAMS = { natsServer: 'nats-server', redisServer: 'redis-server' };
const definition = fleetFolder(['auth']);
const SOUND = ['auth', 'gateway', 'settings'];

/** A service that answers on its health port as told, and leaves as told. */
function pretending({ ready = '503', health = '503', more = '' }): string {
  return `import { createServer } from 'node:http';
let ready = false;
const statuses = { '/ready': () => ${ready}, '/health': () => ${health} };
createServer((request, response) => {
  response.writeHead(statuses[request.url ?? ''] ? statuses[request.url ?? '']() : 404).end();
}).listen(Number(process.env.HEALTH_PORT), process.env.HOST);
console.log('pretending');
${more}
`;
}

/** Looks like one that got NATS as soon as something lets it connect. */
const CONNECTS = `import { connect } from 'node:net';
const { port } = new URL((process.env.NATS_SERVERS ?? '').replace('tls:', 'http:'));
setInterval(() => connect(Number(port), '127.0.0.1').on('data', () => { ready = true; }).on('error', () => {}), 50);`;
const FOLLOWS = { ready: 'ready ? 200 : 503', health: 'ready ? 200 : 503' };

/** Each a service of its own, and what a check has to say of it. */
const BROKEN: Record<string, { main: string; says: object; template?: string }> = {
  'ready-without-nats': {
    main: pretending({ ready: '200' }),
    says: { step: 'without NATS', message: '/ready answers 200, not 503' },
  },
  'healthy-before-it-was-ready': {
    main: pretending({ health: '200' }),
    says: { step: 'without NATS', message: '/health answers 200, not 503' },
  },
  'ends-without-nats': {
    main: "console.error('no NATS'); process.exit(3);",
    says: { step: 'start', message: 'it ended by itself with 3', lines: ['no NATS'] },
  },
  'never-ready': {
    main: pretending({}),
    says: { step: 'with NATS', message: '/ready still answers 503 after 7 s', lines: ['pretending'] },
  },
  'ready-and-never-healthy': {
    main: pretending({ ...FOLLOWS, health: '503', more: CONNECTS }),
    says: { step: 'with NATS', message: '/health answers 503, not 200' },
  },
  'stays-after-sigterm': {
    main: pretending({ ...FOLLOWS, more: `${CONNECTS}\nprocess.on('SIGTERM', () => console.log('no'));` }),
    says: { step: 'SIGTERM', message: 'it is still there after 5 s', lines: ['pretending', 'no'] },
  },
  'leaves-in-disorder': {
    main: pretending({ ...FOLLOWS, more: `${CONNECTS}\nprocess.on('SIGTERM', () => process.exit(4));` }),
    says: { step: 'SIGTERM', message: 'it ends with 4, not 0' },
  },
  'leaves-nothing-in-order': {
    main: pretending({ ...FOLLOWS, more: CONNECTS }),
    says: { step: 'SIGTERM', message: 'it ends with 143, not 0' },
  },
  'lacks-its-health-command': {
    main: pretending({}),
    template: 'curl.json',
    says: {
      step: 'image',
      message: 'its health command "CMD curl http://localhost" cannot run: "curl" is not in its PATH',
      lines: [],
    },
  },
};

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('gsys-check-'));
const before = leftovers();
let events: CheckEvent[];

async function load(): Promise<{ fleet: Fleet; access(signal?: AbortSignal): AwsAccess }> {
  const fleet = await loadFleet({ from: definition.root });
  return { fleet, access: (signal) => awsAccess(fleet.environment, signal) };
}

beforeAll(async () => {
  const place = 'templates/task-defs';
  const template = readFileSync(path.join(definition.root, place, 'nats-service.json'), 'utf8');
  const impatient = template.replace('"stopTimeout": 30', '"stopTimeout": 5');
  definition.write(`${place}/impatient.json`, impatient);
  const curl = impatient.replace('"node", "health.js"', '"curl", "http://localhost"');
  definition.write(`${place}/curl.json`, curl);
  for (const [name, { main, template: own = 'impatient.json' }] of Object.entries(BROKEN)) {
    // What ECS would wait for a task to become healthy: seven seconds.
    const health = { interval: 5, timeout: 2, retries: 1, startPeriod: 0 };
    const service = { purpose: 'breaks', endpoints: [], template: own, resources: { health } };
    definition.write(`services/${name}/service.yaml`, service);
    definition.write(`services/${name}/main.ts`, main);
  }
  const { fleet, access } = await load();
  for await (const _ of build(fleet, fleet.services, access()));
  events = [];
  for await (const event of checkImages(fleet, fleet.services, PROGRAMS, access())) events.push(event);
}, 180_000);
afterAll(() => definition.remove());

it.each(SOUND)('the image of %s behaves as a task', (service) => {
  expect(events.find((event) => event.service === service)).toMatchObject({ type: 'checked' });
});

it.each(Object.keys(BROKEN))('an image that %s is found out', (service) => {
  const event = events.find((one) => one.service === service);
  expect(event).toMatchObject({ type: 'check-failed', ...BROKEN[service]?.says });
});

it('a check that is cut short ends what it started, and leaves nothing', async () => {
  const { fleet, access } = await load();
  const services = fleet.services.filter(({ name }) => name === 'never-ready');
  const stop = new AbortController();
  const running = checkImages(fleet, services, PROGRAMS, access(stop.signal)).next();
  running.catch(() => undefined);
  await until('it runs something', () => childrenOf(process.pid).length > 0);
  stop.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  expect(childrenOf(process.pid)).toEqual([]);
});

it('a check without a program that it needs says which', async () => {
  const { fleet, access } = await load();
  const programs = { ...PROGRAMS, natsServer: 'no-such-nats-server' };
  const checking = checkImages(fleet, fleet.services, programs, access());
  await expect(checking.next()).rejects.toMatchObject({
    code: 'MISSING_PROGRAM',
    next: expect.stringContaining('GSYS_NATS_SERVER'),
  });
});

it('a check leaves nothing behind', () => {
  expect(leftovers()).toEqual(before);
  expect(childrenOf(process.pid)).toEqual([]);
});

/** Servers and tasks that run for us. */
function childrenOf(pid: number): string[] {
  const ours = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ours.filter((name) => {
    try {
      const [, rest = ''] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ');
      return Number(rest.split(' ')[1]) === pid && /nats-server|main\.js/.test(commandOf(name));
    } catch {
      return false;
    }
  });
}

function commandOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}
