import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { ServiceMsg } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capabilityRegistryParts } from '../../../services/capability-registry/parts.ts';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import {
  HealthRequestSchema,
  HealthResponseSchema,
  RouteRequestSchema,
  RouteResponseSchema,
} from '../../../services/gen/router_pb.js';
import {
  GetRequestSchema,
  GetResponseSchema,
  UpdateRequestSchema,
  UpdateResponseSchema,
} from '../../../services/gen/settings_pb.js';
import { routerParts } from '../../../services/router/parts.ts';
import { settingsParts } from '../../../services/settings/parts.ts';
import { until } from '../../support/until.ts';
import { startFake } from '../helpers/fake.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

/** The routers' clock; it only ever goes forwards. */
let ahead = 0;

let lab: Lab;
let routers: Task[];
let settings: Task[];
const startRouter = () =>
  lab.start(
    'router',
    routerParts(() => Date.now() + ahead),
  );
beforeAll(async () => {
  // Its own instances are in its own queue group.
  lab = await startLab(['router', 'settings', 'state-manager', 'capability-registry'], {
    'state-manager': { queueGroup: 'q.state-manager' },
  });
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'SYSTEM_EVENTS', subjects: ['evt.router.>', 'evt.settings.>'], num_replicas: 3 });
  routers = await Promise.all([startRouter(), startRouter()]);
  settings = await Promise.all([
    lab.start('settings', settingsParts),
    lab.start('settings', settingsParts),
    lab.start('capability-registry', capabilityRegistryParts),
  ]);
});
afterAll(() => lab?.stop());

const route = (init: MessageInitShape<typeof RouteRequestSchema>) =>
  lab.ask('svc.router.v1.route', RouteRequestSchema, RouteResponseSchema, init);
const health = () => lab.ask('svc.router.v1.health', HealthRequestSchema, HealthResponseSchema, {});
const statusOf = async (name: string) =>
  (await health()).services.find(({ serviceName }) => serviceName === name);
/** What was seen until now is too old to count. */
const pass = () => {
  ahead += 5_000;
};
const untilActive = (name: string, count: number) =>
  until(`${count} instances of ${name}`, async () => {
    const status = await statusOf(name);
    return status?.activeInstances === count && status;
  });

const settingsOf = (playerId: string) => ({
  serviceName: 'settings',
  operation: 'get',
  payload: toBinary(GetRequestSchema, create(GetRequestSchema, { playerId, settingKeys: ['language'] })),
});

/** An instance of state-manager that does what it is told. */
const fakeStates = (answer: (msg: ServiceMsg) => void) =>
  startFake(lab, 'state-manager', {
    'svc.state.manager.v1.get': answer,
    'svc.state.manager.v1.update': answer,
  });

describe('a request that is routed', () => {
  it('reaches the service, and its reply comes back as it is', async () => {
    const language = { key: 'language', value: { kind: { case: 'stringValue' as const, value: 'ko' } } };
    const payload = toBinary(
      UpdateRequestSchema,
      create(UpdateRequestSchema, { playerId: 'p', settings: [language] }),
    );
    const changed = await route({ serviceName: 'settings', operation: 'update', payload });
    expect(changed.error).toBeUndefined();
    expect(fromBinary(UpdateResponseSchema, changed.responsePayload).updatedKeys).toEqual(['language']);
    const read = await route(settingsOf('p'));
    expect(read.routedTo).toBe('svc.settings.v1.get');
    expect(read.latencyMs).toBeGreaterThan(0);
    expect(fromBinary(GetResponseSchema, read.responsePayload).settings[0]?.value).toMatchObject({
      kind: { value: 'ko' },
    });
  });

  it('is told of in the stream', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const count = async () =>
      (await streams.info('SYSTEM_EVENTS', { subjects_filter: 'evt.router.>' })).state;
    const before = (await count()).subjects?.['evt.router.route.completed.v1'] ?? 0;
    await route(settingsOf('told'));
    await until(
      'the event',
      async () => ((await count()).subjects?.['evt.router.route.completed.v1'] ?? 0) > before,
    );
    const { data } = await streams.getMessage('SYSTEM_EVENTS', {
      last_by_subj: 'evt.router.route.completed.v1',
    });
    expect(fromBinary(GameEventSchema, data).payload).toMatchObject({
      service_name: 'settings',
      subject: 'svc.settings.v1.get',
      outcome: 'OK',
    });
  });

  it('is one of many at the same time, and all are answered', async () => {
    const replies = await Promise.all(Array.from({ length: 400 }, (_, i) => route(settingsOf(`crowd-${i}`))));
    const codes = new Set(replies.map(({ error }) => error?.code));
    codes.delete(Error_Code.RESOURCE_EXHAUSTED);
    expect([...codes]).toEqual([undefined]);
    const answered = replies.filter(({ error }) => !error);
    expect(answered.length).toBeGreaterThan(100);
    for (const { responsePayload } of answered)
      expect(fromBinary(GetResponseSchema, responsePayload).settings).toHaveLength(1);
  });

  it.each([
    ['to a service that is none', 'moon-base', 'get', Error_Code.NOT_FOUND],
    ['for an operation that is none', 'settings', 'forget', Error_Code.NOT_FOUND],
    ['to what only services may ask', 'capability-registry', 'register', Error_Code.PERMISSION_DENIED],
    ['to the router itself', 'router', 'health', Error_Code.PERMISSION_DENIED],
    ['to a service that does not run', 'state-manager', 'get', Error_Code.UNAVAILABLE],
    ['to no service', '', 'get', Error_Code.INVALID_ARGUMENT],
    ['to a subject', 'svc.payment.v1', 'process', Error_Code.INVALID_ARGUMENT],
    ['for no operation', 'settings', '', Error_Code.INVALID_ARGUMENT],
  ])('is refused %s', async (_, serviceName, operation, code) => {
    const reply = await route({ serviceName, operation });
    expect(Error_Code[reply.error?.code ?? -1]).toBe(Error_Code[code]);
    expect(reply.responsePayload).toHaveLength(0);
  });

  it('could not get through by way of the servers either', async () => {
    const nc = await lab.as('router');
    for (const subject of ['svc.capability.v1.register', 'svc.router.v1.route'])
      await expect(nc.request(subject)).rejects.toMatchObject({ code: 'PERMISSIONS_VIOLATION' });
    await expect(nc.request('svc.settings.v1.get')).resolves.toBeDefined();
  });

  it.each([
    ['a hint that is none', { speed: 'high' }],
    ['a timeout that is none', { timeout_ms: 'soon' }],
    ['no time at all', { timeout_ms: '0' }],
    ['a rate beyond a hundred', { max_error_rate_percent: '101' }],
    ['a latency that is no number', { max_latency_ms: 'NaN' }],
  ])('is refused with %s', async (_, routingHints) => {
    const { error } = await route({ ...settingsOf('p'), routingHints });
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('is answered INVALID_ARGUMENT when it is no request', async () => {
    const { data } = await lab.operator.request('svc.router.v1.route', new Uint8Array([255, 1, 2]));
    expect(fromBinary(RouteResponseSchema, data).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('health', () => {
  it('shows every service of the definition, and says that one is missing', async () => {
    const { services, overallHealthy } = await health();
    expect(services.map(({ serviceName }) => serviceName)).toEqual([
      'called',
      'capability-registry',
      'router',
      'settings',
      'state-manager',
    ]);
    expect(overallHealthy).toBe(false);
    expect(await statusOf('state-manager')).toMatchObject({
      isHealthy: false,
      activeInstances: 0,
      reason: 'No instance answers.',
    });
  });

  it('counts instances, and what they did lately', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => route(settingsOf(`h-${i}`))));
    const status = await until('the requests to be seen', async () => {
      const seen = await statusOf('settings');
      const get = seen?.endpoints.find(({ name }) => name === 'get');
      return (get?.avgLatencyMs ?? 0) > 0 && seen?.load !== undefined && seen;
    });
    expect(status).toMatchObject({ isHealthy: true, activeInstances: 2, reason: '' });
    expect(status.endpoints.find(({ name }) => name === 'reset')).toMatchObject({ requests: 0n });
    expect(status.endpoints.find(({ name }) => name === 'reset')?.avgLatencyMs).toBeUndefined();
  });

  it('does not call a service ill because callers ask wrongly', async () => {
    for (let i = 0; i < 20; i++) await route({ serviceName: 'settings', operation: 'get' });
    const status = await until('the failures to be seen', async () => {
      const seen = await statusOf('settings');
      return (seen?.errorRatePercent ?? 0) > 0 && seen;
    });
    expect(status.isHealthy).toBe(true);
    const picky = { ...settingsOf('p'), routingHints: { max_error_rate_percent: '0' } };
    const error = await until(
      'the router that is asked to have seen them',
      async () => (await route(picky)).error,
    );
    expect(error).toMatchObject({ code: Error_Code.FAILED_PRECONDITION });
    expect(Number(error?.details.error_rate_percent)).toBeGreaterThan(0);
  });

  it('sees within seconds that an instance is gone, and that a service came', async () => {
    await settings[0]?.stop();
    pass();
    expect(await untilActive('settings', 1)).toMatchObject({ isHealthy: true });
    const states = await fakeStates((msg) => void msg.respond());
    const reply = await route({ serviceName: 'state-manager', operation: 'get' });
    expect([reply.error?.message, reply.routedTo]).toEqual([undefined, 'svc.state.manager.v1.get']);
    await states.close();
    pass();
    expect(await untilActive('state-manager', 0)).toMatchObject({ isHealthy: false });
  });

  it('says what fails, and a caller’s limit on its time holds', async () => {
    const states = await fakeStates((msg) => void msg.respondError(500, 'INTERNAL: out of order'));
    const { error: fault } = await route({ serviceName: 'state-manager', operation: 'get' });
    expect(fault?.message).toContain('out of order');
    await states.close();
    pass();
    const silent = await fakeStates(() => undefined);
    const { error } = await route({
      serviceName: 'state-manager',
      operation: 'update',
      routingHints: { timeout_ms: '50' },
    });
    expect(error).toMatchObject({
      code: Error_Code.DEADLINE_EXCEEDED,
      message: 'No reply from svc.state.manager.v1.update within 50 ms.',
    });
    await silent.close();
  });

  it('goes on when all routers have ended and others have come', async () => {
    await Promise.all(routers.map((task) => task.stop()));
    routers = await Promise.all([startRouter(), startRouter()]);
    expect(await untilActive('settings', 1)).toMatchObject({ isHealthy: true });
    expect((await route(settingsOf('p'))).error).toBeUndefined();
  });
});

describe('whatever comes, router', () => itWithstandsNonsense('router', () => lab));
