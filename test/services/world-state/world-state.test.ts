import { fromBinary, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import {
  type Entity,
  GetStateRequestSchema,
  GetStateResponseSchema,
  SubscribeRequestSchema,
  SubscribeResponseSchema,
  UpdateStateRequestSchema,
  UpdateStateResponseSchema,
} from '../../../services/gen/world_state_pb.js';
import { worldStateParts } from '../../../services/world-state/parts.ts';
import { until } from '../../support/until.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let called: NatsConnection;
let tasks: Task[];
const start = () => lab.start('world-state', worldStateParts);
beforeAll(async () => {
  lab = await startLab(['world-state']);
  called = await lab.as('called');
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'GAME_EVENTS', subjects: ['evt.world.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

type UpdateInit = MessageInitShape<typeof UpdateStateRequestSchema>;
const update = (init: UpdateInit) =>
  lab.ask('svc.world.v1.update_state', UpdateStateRequestSchema, UpdateStateResponseSchema, init);
const put = (worldId: string, ...entitiesToUpdate: UpdateInit['entitiesToUpdate'] & object) =>
  update({ worldId, entitiesToUpdate });
const get = (init: MessageInitShape<typeof GetStateRequestSchema>) =>
  lab.ask('svc.world.v1.get_state', GetStateRequestSchema, GetStateResponseSchema, init);
const entitiesOf = async (init: MessageInitShape<typeof GetStateRequestSchema>): Promise<Entity[]> =>
  (await get(init)).worldState?.entities ?? [];
const subscribe = (init: MessageInitShape<typeof SubscribeRequestSchema>) =>
  lab.ask('svc.world.v1.subscribe', SubscribeRequestSchema, SubscribeResponseSchema, init);
const text = (value: string) => ({ kind: { case: 'stringValue' as const, value } });
const none = { kind: { case: 'nullValue' as const, value: 0 } };

describe('a world', () => {
  it('is there, and empty, when nobody has changed it', async () => {
    const { worldState, error } = await get({ worldId: 'untouched' });
    expect(error).toBeUndefined();
    expect(worldState).toMatchObject({ worldId: 'untouched', entities: [], globalFlags: {} });
  });

  it('has at once, through either task, what was written', async () => {
    for (let hp = 1; hp <= 20; hp++) {
      expect(await put('reader', { entityId: 'orc', stateData: { hp } })).toMatchObject({
        entitiesUpdated: 1,
      });
      expect(await entitiesOf({ worldId: 'reader', entityIds: ['orc'] })).toMatchObject([
        { stateData: { hp } },
      ]);
    }
  });

  it('tells times of the epoch, of the change and of the answer', async () => {
    const before = Date.now();
    const { newTimestampMs } = await put('timed', { entityId: 'orc' });
    const { worldState } = await get({ worldId: 'timed' });
    expect(worldState?.entities[0]?.lastUpdatedMs).toBe(newTimestampMs);
    expect(Number(newTimestampMs)).toBeGreaterThanOrEqual(before);
    expect(Number(worldState?.timestampMs)).toBeGreaterThanOrEqual(Number(newTimestampMs));
  });

  it('is asked by ids and by tags, and by both', async () => {
    await put(
      'filtered',
      { entityId: 'c', tags: ['undead', 'boss'] },
      { entityId: 'a', tags: ['undead'] },
      { entityId: 'b', tags: ['boss'] },
    );
    const ids = async (filter: { entityIds?: string[]; tags?: string[] }) =>
      (await entitiesOf({ worldId: 'filtered', ...filter })).map(({ entityId }) => entityId);
    expect(await ids({})).toEqual(['a', 'b', 'c']);
    expect(await ids({ tags: ['undead'] })).toEqual(['a', 'c']);
    expect(await ids({ tags: ['undead', 'boss'] })).toEqual(['c']);
    expect(await ids({ entityIds: ['b', 'nobody', 'a', 'b'] })).toEqual(['a', 'b']);
    expect(await ids({ entityIds: ['a', 'b'], tags: ['boss'] })).toEqual(['b']);
  });

  it('merges by default, replaces when it is told to, and removes', async () => {
    const orc = { entityId: 'orc', entityType: 'npc', stateData: { hp: 9, at: { x: 1, y: 2 } } };
    await put('merged', orc, { entityId: 'rat' });
    await put('merged', { entityId: 'orc', tags: ['angry'], stateData: { at: { x: 5 }, hp: null } });
    expect(await entitiesOf({ worldId: 'merged', entityIds: ['orc'] })).toMatchObject([
      { entityType: 'npc', tags: ['angry'], stateData: { at: { x: 5, y: 2 } } },
    ]);
    const replaced = await update({
      worldId: 'merged',
      entitiesToUpdate: [{ entityId: 'orc', stateData: { hp: 1 } }],
      entityIdsToRemove: ['rat', 'nobody'],
      merge: false,
    });
    expect(replaced.entitiesUpdated).toBe(2);
    expect(await entitiesOf({ worldId: 'merged' })).toMatchObject([
      { entityId: 'orc', entityType: '', tags: [], stateData: { hp: 1 } },
    ]);
  });

  it('counts what is another now, and not what was like that before', async () => {
    await put('counted', { entityId: 'a', stateData: { hp: 1 } });
    const again = await put(
      'counted',
      { entityId: 'a', stateData: { hp: 1 } },
      { entityId: 'b', stateData: { hp: 1 } },
    );
    expect(again).toMatchObject({ entitiesUpdated: 1, flagsUpdated: 0 });
  });

  it('has flags of every JSON type, and null removes one', async () => {
    const globalFlagsToUpdate = {
      war: { kind: { case: 'boolValue' as const, value: false } },
      year: { kind: { case: 'numberValue' as const, value: 0 } },
      king: text(''),
    };
    expect((await update({ worldId: 'flagged', globalFlagsToUpdate })).flagsUpdated).toBe(3);
    await update({ worldId: 'flagged', globalFlagsToUpdate: { king: none } });
    const { worldState } = await get({ worldId: 'flagged' });
    const flags = Object.entries(worldState?.globalFlags ?? {});
    expect(flags.map(([name, value]) => [name, toJson(ValueSchema, value)]).sort()).toEqual([
      ['war', false],
      ['year', 0],
    ]);
  });

  it('loses no change of many at the same time, to one entity or to many', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        put('crowd', { entityId: `orc-${i}`, stateData: { hp: i } }).then((one) => one.entitiesUpdated),
      ),
    );
    expect(replies).toEqual(Array.from({ length: 100 }, () => 1));
    expect(await entitiesOf({ worldId: 'crowd' })).toHaveLength(100);
    const writers = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(writers.map((name) => put('crowd', { entityId: 'shared', stateData: { [name]: 1 } })));
    const [shared] = await entitiesOf({ worldId: 'crowd', entityIds: ['shared'] });
    expect(Object.keys(shared?.stateData ?? {}).sort()).toEqual(writers);
  });

  it('answers each of a thousand at once, done or refused, and has what it said is done', async () => {
    const replies = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => put('burst', { entityId: `${i}` }).catch(() => undefined)),
    );
    const done = replies.flatMap((reply, i) => (reply && !reply.error ? [`${i}`] : []));
    const there = new Set((await entitiesOf({ worldId: 'burst' })).map(({ entityId }) => entityId));
    expect(done.filter((id) => !there.has(id))).toEqual([]);
    const refused = new Set(replies.flatMap((reply) => (reply?.error ? [reply.error.code] : [])));
    expect([Error_Code.RESOURCE_EXHAUSTED, Error_Code.UNAVAILABLE]).toEqual(
      expect.arrayContaining([...refused]),
    );
  });

  it('keeps worlds and entities apart whose ids would be one key in KV', async () => {
    for (const [worldId, entityId] of [
      ['w.x', 'y'],
      ['w', 'x.y'],
      ['w', '>'],
    ] as const)
      await put(worldId, { entityId });
    expect((await entitiesOf({ worldId: 'w' })).map(({ entityId }) => entityId)).toEqual(['>', 'x.y']);
    expect((await entitiesOf({ worldId: 'w.x' })).map(({ entityId }) => entityId)).toEqual(['y']);
  });

  it('says how to ask when it is more than a reply carries', async () => {
    const stateData = { text: 'x'.repeat(60_000) };
    for (let i = 0; i < 9; i++) await put('large', { entityId: `${i}`, tags: [`t${i}`], stateData });
    const { error } = await get({ worldId: 'large' });
    expect(error).toMatchObject({ code: Error_Code.RESOURCE_EXHAUSTED });
    expect(error?.message).toMatch(/9 entities have \d+ bytes.*entity_ids or tags/);
    expect(await entitiesOf({ worldId: 'large', tags: ['t3'] })).toHaveLength(1);
  });

  it('is changed once by a key, and a retry leaves alone what came after it', async () => {
    const request = {
      ...{ worldId: 'retried', meta: { idempotencyKey: 'k-1' } },
      entitiesToUpdate: [{ entityId: 'orc', stateData: { hp: 5 } }],
      entityIdsToRemove: ['nobody'],
      globalFlagsToUpdate: { king: text('Ada') },
    };
    const told = await eventsDuring(lab, 'GAME_EVENTS', async () => {
      const replies = await Promise.all(Array.from({ length: 6 }, () => update(request)));
      for (const reply of replies) {
        expect(reply).toMatchObject({ entitiesUpdated: 1, flagsUpdated: 1 });
        expect(reply.newTimestampMs).toBe(replies[0]?.newTimestampMs);
      }
    });
    expect(told.map(({ eventType }) => eventType).sort()).toEqual(
      expect.arrayContaining(['world.entity.updated', 'world.state.changed']),
    );
    expect(told.filter(({ eventType }) => eventType === 'world.entity.updated')).toHaveLength(1);
    await put('retried', { entityId: 'orc', stateData: { hp: 3 } });
    await update({ worldId: 'retried', globalFlagsToUpdate: { king: text('Bo') } });
    expect(await update(request)).toMatchObject({ entitiesUpdated: 1, flagsUpdated: 1 });
    const { worldState } = await get({ worldId: 'retried' });
    expect(worldState?.entities).toMatchObject([{ entityId: 'orc', stateData: { hp: 3 } }]);
    expect(worldState?.globalFlags.king?.kind.value).toBe('Bo');
  });

  it('has what was left undone, and nothing twice, when a request that failed in part comes again', async () => {
    const huge = { entityId: 'huge', stateData: { text: 'x'.repeat(40_000) } };
    await put('resumed', huge);
    const request = {
      ...{ worldId: 'resumed', meta: { idempotencyKey: 'k-2' } },
      entitiesToUpdate: [
        { entityId: 'small', stateData: { hp: 1 } },
        { entityId: 'huge', stateData: { more: 'x'.repeat(40_000) } },
      ],
    };
    expect((await update(request)).error?.message).toMatch(/huge would have/);
    await put('resumed', { entityId: 'small', stateData: { hp: 2 } }, { ...huge, stateData: { text: null } });
    expect(await update(request)).toMatchObject({ entitiesUpdated: 2 });
    expect(await entitiesOf({ worldId: 'resumed' })).toMatchObject([
      { entityId: 'huge', stateData: { more: expect.any(String) } },
      { entityId: 'small', stateData: { hp: 2 } },
    ]);
  });

  it('changes the others when one cannot be changed, and says which', async () => {
    const { error } = await put(
      'partly',
      { entityId: 'fine' },
      { entityId: 'huge', stateData: { text: 'x'.repeat(70_000) } },
    );
    expect(error?.message).toMatch(/huge would have \d+ bytes/);
    expect((await entitiesOf({ worldId: 'partly' })).map(({ entityId }) => entityId)).toEqual(['fine']);
  });

  it('is as it was when all tasks have ended and others have started', async () => {
    await put('lasting', { entityId: 'orc', stateData: { hp: 3 } });
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect(await entitiesOf({ worldId: 'lasting' })).toMatchObject([{ stateData: { hp: 3 } }]);
  });
});

describe('events', () => {
  it('tell of each entity that changed, and of the world once', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const count = async () => (await streams.info('GAME_EVENTS')).state.messages;
    const before = await count();
    await put('told', { entityId: 'a', entityType: 'npc' }, { entityId: 'b' });
    await put('told', { entityId: 'a', entityType: 'npc' });
    expect(await count()).toBe(before + 3);
    const stored = await streams.getMessage('GAME_EVENTS', { last_by_subj: 'evt.world.state.changed.v1' });
    expect(fromBinary(GameEventSchema, stored.data).payload).toMatchObject({
      world_id: 'told',
      entity_ids: ['a', 'b'],
      flags: [],
    });
  });
});

describe('a subscription', () => {
  /** What a callback got; `entity` or `-entity` where it was removed. */
  const listen = (callback: string) => {
    const seen: string[] = [];
    const subscriptions = new Set<string | undefined>();
    called.subscribe(callback, {
      callback: (_error, msg) => {
        const { payload, metadata } = fromBinary(GameEventSchema, msg.data);
        seen.push(`${payload?.removed ? '-' : ''}${payload?.entity_id}`);
        subscriptions.add(metadata.subscription_id);
      },
    });
    return { seen, subscriptions };
  };

  it('is told of the entities that match, and how many do now', async () => {
    const { seen, subscriptions } = listen('cb.called.npcs');
    await put('watched', { entityId: 'old', entityType: 'npc', tags: ['undead'] }, { entityId: 'other' });
    const reply = await subscribe({
      worldId: 'watched',
      entityTypes: ['npc', 'player'],
      tags: ['undead'],
      callbackSubject: 'cb.called.npcs',
    });
    expect(reply.matchedEntities).toBe(1);
    await put(
      'watched',
      { entityId: 'living', entityType: 'npc' },
      { entityId: 'ghoul', entityType: 'npc', tags: ['undead', 'boss'] },
      { entityId: 'bone', entityType: 'item', tags: ['undead'] },
    );
    await put('elsewhere', { entityId: 'ghost', entityType: 'npc', tags: ['undead'] });
    await update({ worldId: 'watched', entityIdsToRemove: ['old', 'other'] });
    await until('both', () => seen.length >= 2);
    expect(seen).toEqual(['ghoul', '-old']);
    expect([...subscriptions]).toEqual([reply.subscriptionId]);
  });

  it('is told when an entity stops to match', async () => {
    const { seen } = listen('cb.called.leaving');
    await put('left', { entityId: 'x', tags: ['lit'] });
    await subscribe({ worldId: 'left', tags: ['lit'], callbackSubject: 'cb.called.leaving' });
    const change = (stateData: object) =>
      update({
        worldId: 'left',
        entitiesToUpdate: [{ entityId: 'x', stateData: stateData as { n: number } }],
        merge: false,
      });
    await change({ n: 1 });
    await change({ n: 2 });
    await update({ worldId: 'left', entitiesToUpdate: [{ entityId: 'y', tags: ['lit'] }] });
    await until('the last', () => seen.includes('y'));
    expect(seen).toEqual(['x', 'y']);
  });

  it('is the same one when it is asked for again, with what is new', async () => {
    const { seen } = listen('cb.called.again');
    const callbackSubject = 'cb.called.again';
    const first = await subscribe({ worldId: 'again', entityTypes: ['npc'], callbackSubject });
    const second = await subscribe({ worldId: 'again', entityTypes: ['door'], callbackSubject });
    expect(second.subscriptionId).toBe(first.subscriptionId);
    await put('again', { entityId: 'orc', entityType: 'npc' }, { entityId: 'gate', entityType: 'door' });
    await until('the gate', () => seen.length > 0);
    expect(seen).toEqual(['gate']);
  });
});

describe('a request', () => {
  const callbackSubject = 'cb.called.x';
  it.each<[string, UpdateInit, RegExp]>([
    ['no world', { entitiesToUpdate: [{ entityId: 'x' }] }, /world_id is empty/],
    ['nothing to do', { worldId: 'x' }, /names nothing/],
    ['an entity without id', { worldId: 'x', entitiesToUpdate: [{}] }, /entities_to_update\[0\]\.entity_id/],
    [
      'an id beyond all measure',
      { worldId: 'x', entitiesToUpdate: [{ entityId: 'x'.repeat(129) }] },
      /longer than 128 bytes/,
    ],
    [
      'an entity twice',
      { worldId: 'x', entitiesToUpdate: [{ entityId: 'a' }], entityIdsToRemove: ['a'] },
      /twice/,
    ],
    [
      'too many entities',
      { worldId: 'x', entitiesToUpdate: Array.from({ length: 101 }, (_, i) => ({ entityId: `${i}` })) },
      /has more than 100 entries/,
    ],
    [
      'a number that is none',
      { worldId: 'x', entitiesToUpdate: [{ entityId: 'a', stateData: { at: { x: Number.NaN } } }] },
      /state_data\.at\.x is no finite number/,
    ],
    [
      'a flag that is no value',
      { worldId: 'x', globalFlagsToUpdate: { war: {} } },
      /global_flags_to_update\.war is no JSON value/,
    ],
    [
      'a flag that is no number',
      {
        worldId: 'x',
        globalFlagsToUpdate: { year: { kind: { case: 'numberValue', value: Number.POSITIVE_INFINITY } } },
      },
      /global_flags_to_update\.year/,
    ],
    [
      'an empty tag',
      { worldId: 'x', entitiesToUpdate: [{ entityId: 'a', tags: [''] }] },
      /tags\[0\] is empty/,
    ],
  ])('with %s is INVALID_ARGUMENT', async (_, init, message) => {
    const { error } = await update(init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toMatch(message);
  });

  it.each<[string, MessageInitShape<typeof SubscribeRequestSchema>]>([
    ['no world', { callbackSubject }],
    ['a callback outside of cb', { worldId: 'x', callbackSubject: 'svc.auth.v1.x' }],
    ['no callback', { worldId: 'x' }],
    ['an empty type', { worldId: 'x', entityTypes: [''], callbackSubject }],
  ])('to subscribe with %s is INVALID_ARGUMENT', async (_, init) => {
    expect((await subscribe(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('whatever comes, world-state', () => itWithstandsNonsense('world-state', () => lab));
