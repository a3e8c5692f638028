import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GsysError } from '../../../src/lib/errors.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { fleetUsers } from '../../../src/lib/nats/permissions.ts';
import { type DefinitionFolder, definitionFolder } from '../../support/definition.ts';

let folder: DefinitionFolder;
beforeEach(() => {
  folder = definitionFolder();
});
afterEach(() => folder.remove());

const load = (environment?: string) => loadFleet({ from: folder.root, environment });
const mistakes = async () => (await load().catch((error: GsysError) => error)) as GsysError;
const edit = (file: string, from: string | RegExp, to: string) => {
  const target = path.join(folder.root, file);
  const text = readFileSync(target, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(target, text.replace(from, to));
};

describe('a sound definition', () => {
  it('derives every name of a service from its folder', async () => {
    const { services } = await load();
    expect(services.find(({ name }) => name === 'settings')).toMatchObject({
      ecsService: 'settings-nats',
      repository: 'bodybroker-services/settings-nats',
      user: 'settings.g1.svc.gaming-system.internal',
      tlsSecret: 'gsys/gaming-system/local/tls/settings',
      cpu: 256,
      desired: 2,
    });
    expect(services.find(({ name }) => name === 'gateway')).toMatchObject({
      ecsService: 'http-nats-gateway',
      port: 8000,
    });
  });

  it('lets one that passes requests on call what has a route, and nothing else', async () => {
    folder.write('services/broker/service.yaml', {
      ...{ purpose: 'passes on', calls: ['routes', 'svc.settings.v1.get'], discovers: true },
      endpoints: [{ ...twin.endpoints[0], subject: 'svc.broker.v1.get', route: { path: '/broker/get' } }],
      probe: { endpoint: 'get', request: {} },
    });
    edit('services/settings/service.yaml', /\n +route: { path: .settings.reset.*/, '');
    const fleet = await load();
    const broker = fleet.services.find(({ name }) => name === 'broker');
    expect(broker?.calls).toEqual(['svc.settings.v1.get', 'svc.settings.v1.update', 'svc.settings.v1.get']);
    const permissions = fleetUsers(fleet).find(({ user }) => user === broker?.user);
    expect(permissions?.publish).toContain('$SRV.>');
  });

  it('is found from any folder below gsys.yaml', async () => {
    const fleet = await loadFleet({ from: path.join(folder.root, 'services', 'settings') });
    expect(fleet.root).toBe(folder.root);
  });

  it('keeps two slots apart in ports and task addresses', async () => {
    const [zero, one] = await Promise.all(['0', '1'].map((slot) => loadFleet({ from: folder.root, slot })));
    expect(zero?.environment.endpoint).toBe('http://127.0.0.1:4566');
    const ports = (fleet: typeof zero) => [
      ...(fleet?.environment.nats.nodes.flatMap((node) => [node.clientPort, node.routePort]) ?? []),
    ];
    expect(ports(zero).filter((port) => ports(one).includes(port))).toEqual([]);
  });
});

describe('mistakes', () => {
  it('are all reported at once, each with file, line and path', async () => {
    edit('gsys.yaml', 'region: us-east-1', 'region: us-east-1\n  regoin: eu-west-1');
    edit('services/settings/service.yaml', 'subject: svc.settings.v1.get', 'subject: svc.Settings.*');
    const error = await mistakes();
    expect(error.exitCode).toBe(2);
    expect(error.details).toEqual([
      expect.stringMatching(/^gsys\.yaml:\d+ aws\.regoin: unknown key$/),
      expect.stringMatching(
        /^services\/settings\/service\.yaml:6 endpoints\[0\]\.subject: expected svc\..*got "svc\.Settings\.\*"$/,
      ),
    ]);
  });

  it.each([
    [
      'a subject that two services serve',
      () => folder.write('services/twin/service.yaml', twin),
      /svc\.settings\.v1\.get is served by settings too/,
    ],
    [
      'a port clash with the health port',
      () => edit('services/gateway/service.yaml', 'port: 8000', 'port: 8080'),
      /port clash: 8080/,
    ],
    [
      'two embedded environments in one slot',
      () => edit('gsys.yaml', '  local:\n', '  other: { platform: embedded }\n  local:\n'),
      /port clash: environment other has slot 0 too/,
    ],
    [
      'cpu and memory that Fargate does not sell',
      () => edit('gsys.yaml', 'memory: 512', 'memory: 600'),
      /Fargate has no task of 256 cpu with 600 MiB/,
    ],
    [
      'a probe of an endpoint with side effects',
      () => edit('services/settings/service.yaml', 'endpoint: get', 'endpoint: update'),
      /update is not idempotent/,
    ],
    [
      'an event that no stream keeps',
      () => edit('services/settings/service.yaml', 'evt.settings.changed.v1', 'evt.moon.changed.v1'),
      /evt\.moon\.changed\.v1 is in no stream/,
    ],
    [
      'streams whose subjects overlap',
      () => edit('gsys.yaml', 'subjects: [dlq.>]', 'subjects: [dlq.>, evt.*.changed.v1]'),
      /subjects\[1\].*evt\.\*\.changed\.v1 of DLQ overlaps evt\.quest\.> of GAME_EVENTS/,
    ],
    [
      'a stream with more replicas than there are nodes',
      () => edit('gsys.yaml', '  # production:', `  tiny: ${JSON.stringify(tiny)}\n  # production:`),
      /replicas: 3 are more than the 1 NATS nodes of tiny/,
    ],
    [
      'a stream that takes larger messages than the servers do',
      () => edit('gsys.yaml', 'maxPayload: 1048576', 'maxPayload: 524288'),
      /maxMessageBytes: is more than nats\.maxPayload/,
    ],
    [
      'a duplicate window longer than the stream remembers',
      () => edit('gsys.yaml', 'duplicateWindow: 60', 'duplicateWindow: 301'),
      /duplicateWindow: is longer than maxAge, 300 s/,
    ],
    [
      'a consumer of a stream that there is not',
      () =>
        edit('services/settings/service.yaml', 'state:', 'consumes: [{ stream: MOON, durable: x }]\nstate:'),
      /gsys\.yaml has no stream MOON/,
    ],
    [
      'a call that nobody serves',
      () => edit('services/settings/service.yaml', 'state:', 'calls: [svc.auth.v1.validate_session]\nstate:'),
      /no service serves svc\.auth/,
    ],
    [
      'a default environment that does not exist',
      () => edit('gsys.yaml', 'defaultEnvironment: local', 'defaultEnvironment: moon'),
      /there is no environment moon/,
    ],
    ['YAML that is not YAML', () => edit('gsys.yaml', 'aws:', 'aws: ]'), /^gsys\.yaml:\d+ /],
    [
      'a wrong type',
      () => edit('gsys.yaml', 'desired: 2', 'desired: two'),
      /defaults\.desired: expected number/,
    ],
  ])('%s', async (_, breakIt, expected) => {
    breakIt();
    const { code, details } = await mistakes();
    expect(code).toBe('INVALID_DEFINITION');
    expect(details.join('\n')).toMatch(expected);
  });

  it('name the environments there are when an unknown one is asked for', async () => {
    await expect(load('moon')).rejects.toMatchObject({
      code: 'UNKNOWN_ENVIRONMENT',
      exitCode: 2,
      next: 'use one of: local',
    });
  });
});

/** An environment of one NATS node. */
const tiny = {
  account: '123456789012',
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
  roles: { execution: 'arn:aws:iam::123456789012:role/x', task: 'arn:aws:iam::123456789012:role/y' },
  gateway: { url: 'https://gateway.example.com' },
  nats: {
    clientUrls: ['tls://nats.example.com:4222'],
    transport: 'ssm',
    nodes: [{ name: 'nats-1', host: 'nats-1.example.com', az: 'a' }],
  },
  redis: { endpoints: ['redis.example.com:6379'], tls: true },
};

const twin = {
  purpose: 'wants the same requests',
  queueGroup: 'q.settings',
  endpoints: [
    {
      name: 'get',
      subject: 'svc.settings.v1.get',
      request: 'settings.v1.GetRequest',
      response: 'settings.v1.GetResponse',
      idempotent: true,
    },
  ],
  probe: { endpoint: 'get', request: {} },
};
