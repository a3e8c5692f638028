import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { headers, type Msg, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumers } from '../../../services/event-bus/consumers.ts';
import { deliverAll } from '../../../services/event-bus/deliver-all.ts';
import { eventBusParts } from '../../../services/event-bus/parts.ts';
import { registry } from '../../../services/event-bus/registry.ts';
import { type Route, routesOf } from '../../../services/event-bus/routes.ts';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  GameEventSchema,
  PublishRequestSchema,
  PublishResponseSchema,
  SubscribeRequestSchema,
  SubscribeResponseSchema,
  UnsubscribeRequestSchema,
  UnsubscribeResponseSchema,
} from '../../../services/gen/event_bus_pb.js';
import { bucketOf } from '../../../services/sdk/kv.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { definitionOf } from '../../../src/lib/release/build/image-files.ts';
import { until } from '../../support/until.ts';
import { serviceOf } from '../helpers/image.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

/** The service itself, but for how long it waits between attempts. */
const parts: ServiceParts = {
  ...eventBusParts,
  work: ({ link, definition, log }) =>
    deliverAll({
      link,
      registry: registry(bucketOf({ link, definition })),
      consumers: consumers(link, definition),
      log,
      waits: [50, 50],
    }),
};

let lab: Lab;
let called: NatsConnection;
let tasks: Task[];
const start = () => lab.start('event-bus', parts);
beforeAll(async () => {
  lab = await startLab(['event-bus']);
  called = await lab.as('called');
  const { streams } = await lab.operator.jetstreamManager();
  for (const [name, subject] of [
    ['GAME_EVENTS', 'evt.quest.>'],
    ['SYSTEM_EVENTS', 'evt.settings.>'],
    ['DLQ', 'dlq.>'],
  ] as const)
    await streams.add({ name, subjects: [subject], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const publish = (init: MessageInitShape<typeof PublishRequestSchema>) =>
  lab.ask('svc.events.v1.publish', PublishRequestSchema, PublishResponseSchema, init);
const subscribe = (init: MessageInitShape<typeof SubscribeRequestSchema>) =>
  lab.ask('svc.events.v1.subscribe', SubscribeRequestSchema, SubscribeResponseSchema, init);
const unsubscribe = (subscriptionId: string) =>
  lab.ask('svc.events.v1.unsubscribe', UnsubscribeRequestSchema, UnsubscribeResponseSchema, {
    subscriptionId,
  });

/** A subscriber that acknowledges, unless told otherwise; ids in the order in which they came. */
function listen(callback: string, answer: (msg: Msg, id: string) => void = (msg) => void msg.respond()) {
  const seen: string[] = [];
  const subscription = called.subscribe(callback, {
    callback: (_error, msg) => {
      const { eventId } = fromBinary(GameEventSchema, msg.data);
      seen.push(eventId);
      answer(msg, eventId);
    },
  });
  return { seen, stop: () => subscription.unsubscribe() };
}

function failure() {
  const told = headers();
  told.set('Nats-Service-Error-Code', '503');
  return told;
}

const to = (name: string, patterns: string[], filters = {}) => ({
  subscriberId: name,
  eventPatterns: patterns,
  callbackSubject: `cb.called.${name}`,
  filters,
});
const durables = async (stream: string) => {
  const { consumers } = await lab.operator.jetstreamManager();
  return (await consumers.list(stream).next()).map(({ name }) => name);
};

describe('publishing', () => {
  it('puts the event into the stream that holds its subject', async () => {
    const reply = await publish({ eventType: 'quest.generated', eventId: 'p-1', payload: { level: 3 } });
    expect(reply).toMatchObject({ success: true, eventId: 'p-1', subscriberCount: 0 });
    const { streams } = await lab.operator.jetstreamManager();
    const stored = await streams.getMessage('GAME_EVENTS', { last_by_subj: 'evt.quest.generated.v1' });
    expect(fromBinary(GameEventSchema, stored.data)).toMatchObject({
      eventId: 'p-1',
      eventType: 'quest.generated',
      payload: { level: 3 },
    });
  });

  it('takes one event id once', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const count = async () => (await streams.info('GAME_EVENTS')).state.messages;
    const before = await count();
    for (let i = 0; i < 3; i++) await publish({ eventType: 'quest.generated', eventId: 'twice' });
    expect(await count()).toBe(before + 1);
  });

  it('says that no stream holds an event, and what to type', async () => {
    const { error } = await publish({ eventType: 'moon.risen' });
    expect(error?.code).toBe(Error_Code.FAILED_PRECONDITION);
    expect(error?.message).toMatch(/No stream holds evt\.moon\.risen\.v1.*gsys streams apply/);
  });

  it.each([
    ['no type', {}],
    ['a wildcard', { eventType: 'quest.*' }],
    ['a subject of another kind', { eventType: 'quest..x' }],
    ['a priority beyond ten', { eventType: 'quest.x', priority: 11 }],
  ])('refuses %s as INVALID_ARGUMENT', async (_, init) => {
    expect((await publish(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('a subscription', () => {
  it('gets each event once, whichever task has it, and none from before', async () => {
    await publish({ eventType: 'quest.before', eventId: 'before' });
    const { seen } = listen('cb.called.all');
    const reply = await subscribe(to('all', ['evt.quest.>']));
    expect(reply.error).toBeUndefined();
    expect(reply.activePatterns).toEqual(['evt.quest.>']);
    const ids = Array.from({ length: 40 }, (_, i) => `all-${i}`);
    const counts = await Promise.all(
      ids.map((eventId) => publish({ eventType: 'quest.done', eventId }).then((one) => one.subscriberCount)),
    );
    expect(new Set(counts)).toEqual(new Set([1]));
    await until('all events', () => seen.length >= ids.length);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    await unsubscribe(reply.subscriptionId);
  });

  it('is the same one when it is asked for again, with what is new', async () => {
    const first = await subscribe(to('again', ['evt.quest.>']));
    const second = await subscribe(to('again', ['evt.settings.>']));
    expect(second.subscriptionId).toBe(first.subscriptionId);
    expect(await durables('GAME_EVENTS')).toEqual([]);
    expect(await durables('SYSTEM_EVENTS')).toHaveLength(1);
    await unsubscribe(first.subscriptionId);
  });

  it('gets events of every stream that its pattern touches', async () => {
    const { seen } = listen('cb.called.wide');
    const { subscriptionId, activePatterns } = await subscribe(to('wide', ['evt.*.changed.v1']));
    expect(activePatterns).toEqual(['evt.quest.changed.v1', 'evt.settings.changed.v1']);
    await publish({ eventType: 'quest.changed', eventId: 'w-1' });
    await publish({ eventType: 'settings.changed', eventId: 'w-2' });
    await publish({ eventType: 'settings.other', eventId: 'w-3' });
    await until('both', () => seen.length >= 2);
    expect(seen.toSorted()).toEqual(['w-1', 'w-2']);
    await unsubscribe(subscriptionId);
  });

  it('gets only what its filters let through', async () => {
    const { seen } = listen('cb.called.filtered');
    const { subscriptionId } = await subscribe(to('filtered', ['evt.quest.>'], { region: 'eu' }));
    await publish({ eventType: 'quest.x', eventId: 'us', metadata: { region: 'us' } });
    const { subscriberCount } = await publish({
      eventType: 'quest.x',
      eventId: 'eu',
      metadata: { region: 'eu' },
    });
    expect(subscriberCount).toBe(1);
    await until('the one', () => seen.includes('eu'));
    expect(seen).toEqual(['eu']);
    await unsubscribe(subscriptionId);
  });

  it('gets an event again until it acknowledges', async () => {
    let attempts = 0;
    const { seen } = listen('cb.called.slow', (msg) => {
      attempts++;
      if (attempts === 3) msg.respond();
      else msg.respond(undefined, { headers: failure() });
    });
    const { subscriptionId } = await subscribe(to('slow', ['evt.quest.>']));
    await publish({ eventType: 'quest.x', eventId: 'retry' });
    await until('three attempts', () => attempts === 3);
    await publish({ eventType: 'quest.x', eventId: 'next' });
    await until('the next one', () => seen.includes('next'));
    expect(seen.filter((id) => id === 'retry')).toHaveLength(3);
    await unsubscribe(subscriptionId);
  });

  it('finds under dlq what it never acknowledged, with the reason', async () => {
    const { subscriptionId } = await subscribe(to('absent', ['evt.quest.lost.v1']));
    await publish({ eventType: 'quest.lost', eventId: 'lost' });
    const { streams } = await lab.operator.jetstreamManager();
    const aside = await until('the event to be put aside', () =>
      streams.getMessage('DLQ', { last_by_subj: 'dlq.evt.quest.lost.v1' }).catch(() => undefined),
    );
    expect(aside.header.get('Gsys-Subscription')).toBe(subscriptionId);
    expect(aside.header.get('Gsys-Reason')).toBe('503');
    expect(fromBinary(GameEventSchema, aside.data).eventId).toBe('lost');
    await unsubscribe(subscriptionId);
  });

  it('can be taken from as soon as it is open, whichever task made it', async () => {
    const link = await lab.link('event-bus');
    const { open, remove, held } = consumers(link, definitionOf([], serviceOf('event-bus')));
    const [route] = routesOf('some-id', ['evt.quest.>'], await held(), Date.now()) as [Route];
    const made = await Promise.all([1, 2, 3, 4].map(() => open(route)));
    const seen = await Promise.all(made.map((consumer) => consumer.info(true)));
    expect(seen.map(({ cluster }) => cluster?.leader)).not.toContain(undefined);
    await remove(route);
  });

  it('gets a replay alone, when it is for it', async () => {
    const { seen } = listen('cb.called.again');
    const other = listen('cb.called.other');
    const { subscriptionId } = await subscribe(to('again', ['evt.quest.>']));
    const { subscriptionId: otherId } = await subscribe(to('other', ['evt.quest.>']));
    const replay = (eventId: string, subscription: string) => {
      const event = create(GameEventSchema, { eventId, eventType: 'quest.lost' });
      const told = headers();
      told.set('Gsys-Replay-For', subscription);
      const data = toBinary(GameEventSchema, event);
      return lab.operator.jetstream().publish('evt.quest.lost.v1', data, { headers: told });
    };
    await replay('mine', subscriptionId);
    await replay('theirs', otherId);
    await until('both', () => seen.length > 0 && other.seen.length > 0);
    expect([seen, other.seen]).toEqual([['mine'], ['theirs']]);
    await Promise.all([unsubscribe(subscriptionId), unsubscribe(otherId)]);
  });

  it('survives that all tasks end, and misses nothing that came meanwhile', async () => {
    const { seen } = listen('cb.called.lasting');
    const { subscriptionId } = await subscribe(to('lasting', ['evt.settings.>']));
    await Promise.all(tasks.map((task) => task.stop()));
    await called.jetstream().publish('evt.settings.changed.v1', new Uint8Array());
    tasks = await Promise.all([start(), start()]);
    await until('the event', () => seen.length > 0);
    expect(seen).toEqual(['']);
    await unsubscribe(subscriptionId);
  });

  it('leaves no consumer behind, and gets nothing more, when it is ended', async () => {
    const { seen } = listen('cb.called.ended');
    const { subscriptionId } = await subscribe(to('ended', ['evt.quest.>']));
    await publish({ eventType: 'quest.x', eventId: 'first' });
    await until('the first', () => seen.length === 1);
    expect(await unsubscribe(subscriptionId)).toMatchObject({ success: true });
    const { subscriberCount } = await publish({ eventType: 'quest.x', eventId: 'second' });
    expect(subscriberCount).toBe(0);
    expect(await durables('GAME_EVENTS')).toEqual([]);
    const again = await unsubscribe(subscriptionId);
    expect(again.error).toBeUndefined();
    expect(again.success).toBe(false);
    expect(seen).toEqual(['first']);
  });

  it('gets events of a stream that was made later, and of subjects that one was given later', async () => {
    const { seen } = listen('cb.called.later');
    const { subscriptionId } = await subscribe(to('later', ['evt.*.changed.v1']));
    const { streams } = await lab.operator.jetstreamManager();
    await streams.add({ name: 'NARRATIVE_EVENTS', subjects: ['evt.story.>'], num_replicas: 3 });
    await streams.update('SYSTEM_EVENTS', { subjects: ['evt.settings.>', 'evt.auth.>'] });
    for (const type of ['story', 'auth']) await publish({ eventType: `${type}.changed`, eventId: type });
    await until('both events', () => seen.length >= 2);
    expect(seen.toSorted()).toEqual(['auth', 'story']);
    await unsubscribe(subscriptionId);
    expect(await durables('NARRATIVE_EVENTS')).toEqual([]);
  });

  it.each<[string, MessageInitShape<typeof SubscribeRequestSchema>]>([
    ['no pattern', to('x', [])],
    ['a pattern of something else', to('x', ['svc.>'])],
    ['patterns that overlap', to('x', ['evt.quest.>', 'evt.*.changed.v1'])],
    ['no subscriber', { ...to('x', ['evt.quest.>']), subscriberId: '' }],
    ['a callback outside of cb', { ...to('x', ['evt.quest.>']), callbackSubject: 'svc.auth.v1.x' }],
    ['a callback to nobody', { ...to('x', ['evt.quest.>']), callbackSubject: 'cb.>' }],
  ])('refuses %s as INVALID_ARGUMENT', async (_, init) => {
    expect((await subscribe(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('says that no stream holds what it asks for', async () => {
    const { error } = await subscribe(to('x', ['evt.moon.>']));
    expect(error?.code).toBe(Error_Code.FAILED_PRECONDITION);
  });
});

describe('whatever comes, event-bus', () => itWithstandsNonsense('event-bus', () => lab));
