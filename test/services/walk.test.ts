import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../services/sdk/caller.ts';
import type { Link } from '../../services/sdk/connect.ts';
import type { ServiceContext, ServiceParts } from '../../services/sdk/start.ts';
import { loadContracts } from '../../src/lib/fleet/contracts.ts';
import type { Endpoint, Service } from '../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { subjectMatches } from '../../src/lib/fleet/subjects.ts';
import { servicePermissions } from '../../src/lib/nats/permissions.ts';
import { definitionOf } from '../../src/lib/release/build/image-files.ts';
import { ROOT, writeCompanions } from './helpers/image.ts';
import { type Lab, startLab } from './helpers/lab.ts';
import { PROMISED } from './helpers/promised.ts';

/** From one end of the definition to the other: what it says is there, and what is there it says. */
const { services, contracts: contractsFile } = await loadFleet({ from: ROOT });
const serving = services.filter(({ kind }) => kind === 'nats');
const subjects = serving.flatMap((service) =>
  service.endpoints.map((endpoint): [string, Service, Endpoint] => [endpoint.subject, service, endpoint]),
);

it.each(Object.entries(PROMISED))('%s serves what the fleet has promised of it', (name, promised) => {
  const served = subjects.flatMap(([subject, service]) => (service.name === name ? [subject] : []));
  expect(served).toEqual(expect.arrayContaining(promised));
});

/** What a service's parts.ts exports: its parts, or what makes them, as main.ts does. */
async function partsOf({ name, folder }: Service): Promise<ServiceParts> {
  const exported = Object.entries(await import(path.join(folder, 'parts.ts')));
  const found = exported.filter(([key]) => key.endsWith('Parts'));
  expect(found, `services/${name}/parts.ts exports one …Parts`).toHaveLength(1);
  const parts = found[0]?.[1] as ServiceParts | (() => ServiceParts);
  return typeof parts === 'function' ? parts() : parts;
}

/** Images, as far as they are read before anything is asked. */
const folder = mkdtempSync(path.join(tmpdir(), 'walk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Handlers are made of it, and wait for nothing before they are asked. */
function idleContext(service: Service): ServiceContext {
  const nothing = () => undefined;
  const link = { connection: nothing, isConnected: () => false, onReconnect: nothing, onDisconnect: nothing };
  return {
    definition: definitionOf(services, service),
    environment: { redisServers: [], redisAuth: '' } as unknown as ServiceContext['environment'],
    identity: undefined,
    folder: writeCompanions(path.join(folder, service.name), service.name),
    link: link as unknown as Link,
    caller: {} as Caller,
    tlsFiles: { caFile: '', certFile: '', keyFile: '' },
    need: nothing,
    log: pino({ level: 'silent' }),
    state: { isReady: () => false, wasReady: () => false, isDraining: () => false },
  };
}

describe('each folder of services', () => {
  it('is in the definition, with the files that every service has', () => {
    const folders = readdirSync(path.join(ROOT, 'services'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['sdk', 'gen'].includes(entry.name))
      .map(({ name }) => name);
    expect(services.map(({ name }) => name)).toEqual(folders.sort());
    for (const { name, folder } of services)
      for (const file of ['main.ts', 'parts.ts', 'README.md'])
        expect(existsSync(path.join(folder, file)), `services/${name}/${file}`).toBe(true);
  });

  it('asks for the time anew each time: a clock that is moved would not be seen by a Date.now that was kept', () => {
    const files = readdirSync(path.join(ROOT, 'services'), { recursive: true, encoding: 'utf8' });
    const keeping = files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .filter((file) => /Date\.now\b(?!\()/.test(readFileSync(path.join(ROOT, 'services', file), 'utf8')));
    expect(keeping).toEqual([]);
  });

  it.each(serving.map((service): [string, Service] => [service.name, service]))(
    '%s has a handler for each of its subjects, and a subject for each handler',
    async (_, service) => {
      const handlers = (await partsOf(service)).endpoints(idleContext(service));
      expect(Object.keys(handlers).sort()).toEqual(service.endpoints.map(({ name }) => name).sort());
      for (const { name, request, response, streaming } of service.endpoints)
        expect(handlers[name], name).toMatchObject({
          requestType: request,
          responseType: response,
          streaming,
        });
    },
  );
});

describe('each subject', () => {
  const contracts = loadContracts(contractsFile);

  it.each(subjects)('%s has its two messages in the contracts', (_, service, { request, response }) => {
    expect([contracts.has(request), contracts.has(response)]).toEqual([true, true]);
    // Of its own package: nobody else's change changes it.
    expect(request.split('.').slice(0, -1)).toEqual(response.split('.').slice(0, -1));
    expect(readFileSync(path.join(service.folder, 'service.yaml'), 'utf8')).toContain(
      `proto: ${request.split('.').slice(0, -1).join('.')}`,
    );
  });

  it.each(subjects)('%s may be served by its service alone, in its queue group', (subject, service) => {
    const mine = servicePermissions(service);
    expect(mine.subscribe).toContain(`${subject} ${service.queueGroup}`);
    for (const other of services.filter(({ name }) => name !== service.name)) {
      const filters = servicePermissions(other).subscribe.map((one) => one.split(' ')[0] ?? '');
      expect(filters.filter((filter) => subjectMatches(filter, subject))).toEqual([]);
    }
  });

  it.each(subjects)('%s may be asked by those who say that they call it, and by no other', (subject) => {
    for (const service of services) {
      const may = servicePermissions(service).publish.some((filter) => subjectMatches(filter, subject));
      expect(may, service.name).toBe(service.calls.some((call) => subjectMatches(call, subject)));
    }
  });

  it.each(subjects.filter(([, , { route }]) => route?.auth === 'none'))(
    '%s, which asks for no session, does no more when it is asked twice',
    (_subject, _service, { idempotent }) => expect(idempotent).toBe(true),
  );

  it.each(subjects)(
    '%s is the probe of its service, or there is a reason why not',
    (_, service, endpoint) => {
      const { probe } = service;
      const reason =
        probe?.endpoint === endpoint.name
          ? 'it is'
          : endpoint.idempotent === false
            ? 'it has effects'
            : probe && `its tasks are proved by ${probe.endpoint}`;
      expect(reason).toBeDefined();
    },
  );
});

describe('each subject, served by real tasks with the fleet’s own permissions,', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab(serving.map(({ name }) => name));
    if (serving.some(({ state }) => state.redisPrefix)) await lab.addRedis();
    await Promise.all(serving.map(async (service) => lab.start(service.name, await partsOf(service))));
  });
  afterAll(() => lab?.stop());

  it.each(subjects)('%s answers bytes that are no request with INVALID_ARGUMENT', async (subject) => {
    const reply = await lab.operator.request(subject, Buffer.from([255, 255, 255]), { timeout: 20_000 });
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('400');
  });

  it('and each service is found by any NATS tool', async () => {
    for (const { name } of serving) {
      const ping = await lab.operator.request(`$SRV.PING.${name}`, undefined, { timeout: 20_000 });
      expect(ping.json()).toMatchObject({ name });
    }
  });
});
