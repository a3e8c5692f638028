import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capabilityEndpoints } from '../../../services/capability-registry/handlers.ts';
import { HEARTBEAT_MS, LIFETIME_MS } from '../../../services/capability-registry/registration.ts';
import { registryWork } from '../../../services/capability-registry/work.ts';
import {
  HeartbeatRequestSchema,
  HeartbeatResponseSchema,
  QueryRequestSchema,
  QueryResponseSchema,
  RegisterRequestSchema,
  RegisterResponseSchema,
} from '../../../services/gen/capability_registry_pb.js';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import { events } from '../../../services/sdk/events.ts';
import { bucketOf } from '../../../services/sdk/kv.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { until } from '../../support/until.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

/** All tasks' clock; it only ever goes forwards. */
let ahead = 0;
const now = () => Date.now() + ahead;

/** The service itself, but for its clock. */
const parts: ServiceParts = {
  endpoints: (context) => capabilityEndpoints(bucketOf(context), now),
  work: (context) =>
    registryWork({ bucket: bucketOf(context), events: events(context.link), log: context.log, now }),
};

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('capability-registry', parts);
const startStream = async () => {
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'SYSTEM_EVENTS', subjects: ['evt.capability.>'], num_replicas: 3 });
};
beforeAll(async () => {
  lab = await startLab(['capability-registry']);
  await startStream();
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const register = (init: MessageInitShape<typeof RegisterRequestSchema>) =>
  lab.ask('svc.capability.v1.register', RegisterRequestSchema, RegisterResponseSchema, init);
const query = (init: MessageInitShape<typeof QueryRequestSchema>) =>
  lab.ask('svc.capability.v1.query', QueryRequestSchema, QueryResponseSchema, init);
const heartbeat = (init: MessageInitShape<typeof HeartbeatRequestSchema>) =>
  lab.ask('svc.capability.v1.heartbeat', HeartbeatRequestSchema, HeartbeatResponseSchema, init);

const offer = (serviceId: string, type: string, attributes: Record<string, string> = {}) => ({
  serviceId,
  capabilities: [{ capabilityType: type, attributes }],
  endpoint: 'svc.ai.llm.v1.infer',
});
const ids = async (init: MessageInitShape<typeof QueryRequestSchema>) =>
  (await query(init)).services.map(({ serviceId }) => serviceId);

/** What the stream holds about a service, in its order: `registered <registration id>`. */
async function toldOf(serviceId: string): Promise<string[]> {
  const { streams } = await lab.operator.jetstreamManager();
  const { state } = await streams.info('SYSTEM_EVENTS');
  const found: string[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const { subject, data } = await streams.getMessage('SYSTEM_EVENTS', { seq });
    const { payload } = fromBinary(GameEventSchema, data);
    if (payload?.service_id === serviceId)
      found.push(`${subject.split('.')[2]} ${payload.registration_id as string}`);
  }
  return found;
}

describe('capability-registry', () => {
  it('finds at once, through either task, what a service has registered', async () => {
    for (let i = 0; i < 10; i++) {
      const { error, success, registrationId } = await register(offer(`fresh-${i}`, 'fresh', { i: `${i}` }));
      expect([error, success]).toEqual([undefined, true]);
      const { services } = await query({ capabilityType: 'fresh', requirements: { i: `${i}` } });
      expect(services).toMatchObject([
        { serviceId: `fresh-${i}`, registrationId, isOnline: true, endpoint: 'svc.ai.llm.v1.infer' },
      ]);
    }
  });

  it('finds by type and by what is required of one capability', async () => {
    await register({
      ...offer('voice', 'speech', { language: 'en' }),
      capabilities: [
        { capabilityType: 'speech', attributes: { language: 'en' } },
        { capabilityType: 'song', attributes: { language: 'de' } },
      ],
    });
    await register(offer('radio', 'speech', { language: 'de' }));
    expect(await ids({ capabilityType: 'speech' })).toEqual(['radio', 'voice']);
    expect(await ids({ capabilityType: 'speech', requirements: { language: 'de' } })).toEqual(['radio']);
    expect(await ids({ requirements: { language: 'en' } })).toEqual(['voice']);
    expect(await ids({ capabilityType: 'silence' })).toEqual([]);
  });

  it('tells once of a registration, however many tasks of the service make it at the same time', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => register(offer('twins', 'crowd'))));
    const [id, ...others] = new Set(replies.map(({ registrationId }) => registrationId));
    expect(others).toEqual([]);
    await register(offer('after-twins', 'crowd'));
    const told = async (name: string) => (await toldOf(name)).length > 0;
    await until('both to be told of', async () => (await told('twins')) && (await told('after-twins')));
    expect(await toldOf('twins')).toEqual([`registered ${id}`]);
  });

  it('keeps online whom it hears, with the metrics of the last heartbeat', async () => {
    const { registrationId, expiresAtMs } = await register(offer('alive', 'pulse'));
    ahead += LIFETIME_MS - 60_000;
    const reply = await heartbeat({ registrationId, metrics: { load: 0.25 } });
    expect([reply.error?.message, reply.success]).toEqual([undefined, true]);
    expect(Number(reply.nextHeartbeatMs - BigInt(HEARTBEAT_MS) - BigInt(now()))).toBeLessThanOrEqual(0);
    ahead += 120_000;
    expect(BigInt(now())).toBeGreaterThan(expiresAtMs);
    const { services } = await query({ capabilityType: 'pulse' });
    expect(services).toMatchObject([{ serviceId: 'alive', isOnline: true, metrics: { load: 0.25 } }]);
  });

  it('ends a registration without heartbeats, tells of it once, and makes another one afterwards', async () => {
    const first = await register(offer('mortal', 'life'));
    ahead += LIFETIME_MS;
    expect(await ids({ capabilityType: 'life' })).toEqual([]);
    const { services } = await query({ capabilityType: 'life', includeOffline: true });
    expect(services).toMatchObject([{ registrationId: first.registrationId, isOnline: false }]);
    const late = await heartbeat({ registrationId: first.registrationId });
    expect(late).toMatchObject({ success: false, error: { code: Error_Code.NOT_FOUND } });

    const second = await register(offer('mortal', 'life'));
    expect(second.registrationId).not.toBe(first.registrationId);
    expect(await ids({ capabilityType: 'life' })).toEqual(['mortal']);
    await until('all to be told', async () => (await toldOf('mortal')).length >= 3);
    expect(await toldOf('mortal')).toEqual([
      `registered ${first.registrationId}`,
      `removed ${first.registrationId}`,
      `registered ${second.registrationId}`,
    ]);
  });

  it('survives that all its tasks end, and tells then what it could not tell before', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    await streams.delete('SYSTEM_EVENTS');
    const { registrationId } = await register(offer('lasting', 'rock'));
    await Promise.all(tasks.map((task) => task.stop()));
    await startStream();
    tasks = await Promise.all([start(), start()]);
    expect(await ids({ capabilityType: 'rock' })).toEqual(['lasting']);
    await until('the event', async () => (await toldOf('lasting')).length > 0);
    expect(await toldOf('lasting')).toEqual([`registered ${registrationId}`]);
  });

  it('loses no heartbeat of many services at the same time', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `crowd-${String(i).padStart(2, '0')}`);
    const made = await Promise.all(names.map((name) => register(offer(name, 'burst'))));
    const beats = await Promise.all(
      made.flatMap(({ registrationId }, i) =>
        [1, 2].map(() => heartbeat({ registrationId, metrics: { load: i } })),
      ),
    );
    expect(beats.flatMap(({ error }) => error?.message ?? [])).toEqual([]);
    const { services } = await query({ capabilityType: 'burst' });
    expect(services.map(({ serviceId, metrics }) => [serviceId, metrics.load])).toEqual(
      names.map((name, i) => [name, i]),
    );
  });

  it.each<[string, MessageInitShape<typeof RegisterRequestSchema>]>([
    ['an empty request', {}],
    ['no service', { ...offer('x', 'x'), serviceId: '' }],
    ['a service that cannot be one', { ...offer('x', 'x'), serviceId: 'a.b' }],
    ['a service id beyond all measure', { ...offer('x', 'x'), serviceId: 'x'.repeat(65) }],
    ['no capability', { ...offer('x', 'x'), capabilities: [] }],
    ['a capability without a type', offer('x', '')],
    ['a type that is a sentence', offer('x', 'Makes Texts')],
    [
      'one type twice',
      {
        ...offer('x', 'x'),
        capabilities: [...offer('x', 'x').capabilities, ...offer('x', 'x').capabilities],
      },
    ],
    [
      'too many capabilities',
      {
        ...offer('x', 'x'),
        capabilities: Array.from({ length: 33 }, (_, i) => ({ capabilityType: `t${i}` })),
      },
    ],
    ['an attribute beyond all measure', offer('x', 'x', { a: 'x'.repeat(257) })],
    ['an attribute without a name', offer('x', 'x', { '': 'x' })],
    [
      'more than fits',
      {
        ...offer('x', 'x'),
        metadata: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`${i}`, 'x'.repeat(256)])),
      },
    ],
    ['an endpoint with wildcards', { ...offer('x', 'x'), endpoint: 'svc.>' }],
    ['an endpoint that is no request subject', { ...offer('x', 'x'), endpoint: 'evt.ai.llm.v1' }],
    ['no endpoint', { ...offer('x', 'x'), endpoint: '' }],
  ])('refuses to register %s', async (_, init) => {
    expect((await register(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it.each<[string, MessageInitShape<typeof HeartbeatRequestSchema>]>([
    ['an empty one', {}],
    ['one of no registration', { registrationId: 'voice' }],
    ['one with a metric that is no number', { registrationId: 'voice.1', metrics: { load: Number.NaN } }],
    [
      'one with too many metrics',
      {
        registrationId: 'voice.1',
        metrics: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`m${i}`, i])),
      },
    ],
  ])('refuses the heartbeat: %s', async (_, init) => {
    expect((await heartbeat(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('refuses a query for what can be no type', async () => {
    expect((await query({ capabilityType: 'a b' })).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('says of a reply that would be too large how to ask for less', async () => {
    await Promise.all(Array.from({ length: 101 }, (_, i) => register(offer(`many-${i}`, 'many'))));
    const { error } = await query({ capabilityType: 'many' });
    expect(error).toMatchObject({ code: Error_Code.RESOURCE_EXHAUSTED });
    expect(error?.message).toContain('requirements');
    ahead += LIFETIME_MS;
    const later = await query({});
    expect([later.error, later.services]).toEqual([undefined, []]);
  });

  it('answers bytes that are no request with INVALID_ARGUMENT', async () => {
    const { data } = await lab.operator.request('svc.capability.v1.query', new Uint8Array([255, 1, 2]));
    expect(fromBinary(QueryResponseSchema, data).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('whatever comes, capability-registry', () => itWithstandsNonsense('capability-registry', () => lab));
