import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiRouterParts } from '../../../services/ai-router/parts.ts';
import { capabilityRegistryParts } from '../../../services/capability-registry/parts.ts';
import {
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  RouteRequestSchema,
  RouteResponseSchema,
} from '../../../services/gen/ai_router_pb.js';
import {
  RegisterRequestSchema,
  RegisterResponseSchema,
} from '../../../services/gen/capability_registry_pb.js';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { routerParts } from '../../../services/router/parts.ts';
import { until } from '../../support/until.ts';
import { posing, startFake } from '../helpers/fake.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

const SPEAK = 'svc.ai.voice.v1.speak';
const SING = 'svc.ai.choir.v1.sing';

let lab: Lab;
let tasks: Task[];
let router: Task;
const start = () => lab.start('ai-router', aiRouterParts);
beforeAll(async () => {
  lab = await startLab(['ai-router', 'router', 'capability-registry', 'settings', 'state-manager'], {
    settings: posing('voice', [{ subject: SPEAK }]),
    'state-manager': posing('choir', [{ subject: SING }]),
  });
  await startFake(lab, 'voice', { [SPEAK]: (msg) => void msg.respond() });
  [router] = (await Promise.all([
    lab.start('router', routerParts()),
    lab.start('capability-registry', capabilityRegistryParts),
  ])) as [Task, Task];
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const route = (init: MessageInitShape<typeof RouteRequestSchema>) =>
  lab.ask('svc.ai.router.v1.route', RouteRequestSchema, RouteResponseSchema, init);
const healthCheck = (...serviceIds: string[]) =>
  lab.ask('svc.ai.router.v1.health_check', HealthCheckRequestSchema, HealthCheckResponseSchema, {
    serviceIds,
  });
const register = (serviceId: string, endpoint: string, metadata: Record<string, string> = {}) =>
  lab.ask('svc.capability.v1.register', RegisterRequestSchema, RegisterResponseSchema, {
    ...{ serviceId, endpoint, metadata },
    capabilities: [{ capabilityType: 'sound', attributes: { of: serviceId } }],
  });
const codeOf = async (init: MessageInitShape<typeof RouteRequestSchema>) =>
  Error_Code[(await route(init)).error?.code ?? -1];

describe('ai-router', () => {
  it('finds who serves the subject, without anybody’s having registered it', async () => {
    const reply = await route({ requestType: 'voice.speak' });
    expect(reply).toMatchObject({ targetService: 'voice', targetSubject: SPEAK });
    expect(reply.metadata).toMatchObject({ source: 'subject', instances: '1', candidates: '1' });
  });

  it('finds who has registered for it, by what is required', async () => {
    expect(await codeOf({ requestType: 'sound' })).toBe('NOT_FOUND');
    await register('voice', SPEAK);
    await register('choir', SING);
    const reply = await route({ requestType: 'sound', requirements: { of: 'voice' } });
    expect(reply).toMatchObject({ targetService: 'voice', targetSubject: SPEAK });
    expect(reply.metadata.source).toBe('registration');
    expect(reply.metadata.registration_id).toMatch(/^voice\.\d+$/);
    expect(await codeOf({ requestType: 'sound', requirements: { of: 'nobody' } })).toBe('NOT_FOUND');
  });

  it('does not believe a registration of somebody who does not answer', async () => {
    const { error } = await route({ requestType: 'sound', requirements: { of: 'choir' } });
    expect(error).toMatchObject({
      code: Error_Code.UNAVAILABLE,
      details: { choir: 'No instance answers.' },
    });
    expect(await route({ requestType: 'sound', preferences: { service: 'choir' } })).toMatchObject({
      targetService: 'voice',
    });
  });

  it('sees one that comes, prefers it when it is told to, and sees it go', async () => {
    const choir = await startFake(lab, 'choir', { [SING]: (msg) => void msg.respond() });
    const wanted = { requestType: 'sound', preferences: { service: 'choir' } };
    const seen = await until('the choir to be seen', async () => {
      const reply = await route(wanted);
      return reply.targetService === 'choir' && reply;
    });
    expect(seen).toMatchObject({ targetSubject: SING, metadata: { candidates: '2' } });
    await choir.close();
    await until('the choir to be missed', async () => (await route(wanted)).targetService === 'voice');
  });

  it('does not believe a registration for a subject of somebody else’s', async () => {
    await register('voice', 'svc.payment.v1.process');
    const { error } = await route({ requestType: 'sound', requirements: { of: 'voice' } });
    expect(error?.details.voice).toBe('It does not serve svc.payment.v1.process.');
    await register('voice', SPEAK, { max_payload_bytes: '20' });
  });

  it('leaves out who takes less than is to be asked', async () => {
    const text = (length: number) => ({
      ...{ requestType: 'sound', requirements: { of: 'voice' } },
      payload: { text: 'x'.repeat(length) },
    });
    expect((await route(text(5))).targetService).toBe('voice');
    const { error } = await route(text(50));
    expect(error?.details.voice).toBe('It takes 20 bytes at most, not 61.');
  });

  it('says how those do who are asked about, and never that somebody unknown is well', async () => {
    const services = await until('the choir to be missed', async () => {
      const reply = await healthCheck('nobody', 'voice', 'choir');
      return reply.services[2]?.isHealthy === false && reply.services;
    });
    expect(services.map(({ serviceId, isHealthy }) => [serviceId, isHealthy])).toEqual([
      ['nobody', false],
      ['voice', true],
      ['choir', false],
    ]);
    expect(Math.abs(Number(services[0]?.timestampMs) - Date.now())).toBeLessThan(60_000);
    expect(services[0]?.currentLoad).toBeUndefined();
    const all = (await healthCheck()).services.map(({ serviceId }) => serviceId);
    expect(all).toEqual(['ai-router', 'choir', 'voice']);
  });

  it('answers many at the same time alike, through both of its tasks', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, () => route({ requestType: 'voice.speak' })),
    );
    expect(new Set(replies.map(({ error, targetSubject }) => error?.message ?? targetSubject))).toEqual(
      new Set([SPEAK]),
    );
  });

  it.each([
    ['an empty request', {}],
    ['a type that is a sentence', { requestType: 'Speak to me' }],
    ['a type with a wildcard', { requestType: 'voice.>' }],
    ['a type beyond all measure', { requestType: 'x'.repeat(65) }],
    ['a preference that is none', { requestType: 'sound', preferences: { colour: 'red' } }],
    ['an order that is none', { requestType: 'nothing', preferences: { optimize: 'price' } }],
    ['requirements beyond all measure', { requestType: 'sound', requirements: { of: 'x'.repeat(300) } }],
  ])('refuses %s as INVALID_ARGUMENT', async (_, init) => {
    expect(await codeOf(init)).toBe('INVALID_ARGUMENT');
  });

  it('refuses ids that are none, and too many of them', async () => {
    for (const ids of [[''], ['x'.repeat(129)], Array.from({ length: 101 }, () => 'x')])
      expect((await healthCheck(...ids)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('answers bytes that are no request with INVALID_ARGUMENT', async () => {
    const { data } = await lab.operator.request('svc.ai.router.v1.route', new Uint8Array([255, 1, 2]));
    expect(fromBinary(RouteResponseSchema, data).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('is UNAVAILABLE without the router, and itself again when all come back', async () => {
    await router.stop();
    const code = () => codeOf({ requestType: 'voice.speak' });
    await until('it to be UNAVAILABLE', async () => (await code()) === 'UNAVAILABLE');
    await lab.start('router', routerParts());
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    const target = async () => (await route({ requestType: 'voice.speak' })).targetService;
    await until('the voice to be found', async () => (await target()) === 'voice');
  });
});

describe('whatever comes, ai-router', () => itWithstandsNonsense('ai-router', () => lab));
