import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { type GameEvent, GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import {
  type GameTime,
  GameTimeSchema,
  GetTimeRequestSchema,
  GetTimeResponseSchema,
  ScheduleEventRequestSchema,
  ScheduleEventResponseSchema,
  SetTimeRequestSchema,
  SetTimeResponseSchema,
} from '../../../services/gen/time_manager_pb.js';
import { forgetDeleted } from '../../../services/sdk/forget-deleted.ts';
import { bucketOf } from '../../../services/sdk/kv.ts';
import { records } from '../../../services/sdk/records.ts';
import { fromGameTime, HOUR_MS, toGameTime } from '../../../services/time-manager/calendar.ts';
import { timeManagerParts } from '../../../services/time-manager/parts.ts';
import { type Schedule, scheduleId } from '../../../services/time-manager/schedule.ts';
import { definitionOf } from '../../../src/lib/release/build/image-files.ts';
import { until } from '../../support/until.ts';
import { serviceOf } from '../helpers/image.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let called: NatsConnection;
let tasks: Task[];
const start = () => Promise.all([1, 2].map(() => lab.start('time-manager', timeManagerParts)));
beforeAll(async () => {
  lab = await startLab(['time-manager']);
  called = await lab.as('called');
  tasks = await start();
});
afterAll(() => lab?.stop());

const getTime = (worldId: string) =>
  lab.ask('svc.time.v1.get_time', GetTimeRequestSchema, GetTimeResponseSchema, { worldId });
const setTime = (
  worldId: string,
  targetTime: MessageInitShape<typeof GameTimeSchema>,
  gradual = false,
  idempotencyKey = '',
) =>
  lab.ask('svc.time.v1.set_time', SetTimeRequestSchema, SetTimeResponseSchema, {
    ...{ worldId, gradual, meta: { idempotencyKey } },
    targetTime: create(GameTimeSchema, targetTime),
  });
const schedule = (init: MessageInitShape<typeof ScheduleEventRequestSchema>) =>
  lab.ask('svc.time.v1.schedule_event', ScheduleEventRequestSchema, ScheduleEventResponseSchema, init);

const NOON = { year: 1200, month: 6, day: 1, hour: 12, minute: 0, second: 0 };
const ms = (time: GameTime | undefined) => fromGameTime(time, 'time');
const at = (gameMs: number) => create(GameTimeSchema, toGameTime(gameMs));
/** So many game seconds from now; a real second has 24 of them. */
const soon = async (worldId: string, seconds: number) =>
  at(ms((await getTime(worldId)).gameTime) + seconds * 1000);

/** What a callback gets, as it comes. */
function listen(callback: string): GameEvent[] {
  const seen: GameEvent[] = [];
  called.subscribe(callback, {
    callback: (_error, { data }) => seen.push(fromBinary(GameEventSchema, data)),
  });
  return seen;
}

/** Triggers something else and waits for it: whatever else was to come has come by then. */
async function settled(worldId: string): Promise<void> {
  const name = `settled-${Math.random().toString(36).slice(2)}`;
  const seen = listen(`cb.called.${name}`);
  await schedule({
    ...{ eventId: name, worldId, callbackSubject: `cb.called.${name}` },
    scheduledTime: await soon(worldId, 30),
  });
  await until('the last event', () => seen.length > 0);
}

describe('a world’s clock', () => {
  it('shows what every unset world shows until somebody sets it, and runs 24 times as fast as ours', async () => {
    const [one, other] = [await getTime('unset-1'), await getTime('unset-2')];
    expect(one.timeScale).toBe(24);
    const real = Number(other.realTimeMs - one.realTimeMs);
    expect(ms(other.gameTime) - ms(one.gameTime)).toBeCloseTo(Math.floor((real * 24) / 1000) * 1000, -3.4);
  });

  it('is set at once, through either task, and goes on from there', async () => {
    expect((await setTime('set', NOON)).newTime).toMatchObject({
      ...NOON,
      ...{ timeOfDay: 'day', season: 'summer' },
    });
    const times = await Promise.all(Array.from({ length: 10 }, () => getTime('set')));
    for (const { gameTime } of times) {
      expect(ms(gameTime)).toBeGreaterThanOrEqual(ms(create(GameTimeSchema, NOON)));
      expect(gameTime).toMatchObject({ year: 1200, month: 6, day: 1, hour: 12 });
    }
  });

  it('catches up with a gradual change by running faster, and never runs backwards', async () => {
    await setTime('gradual', NOON);
    const { newTime } = await setTime('gradual', { ...NOON, hour: 18 }, true);
    expect(newTime?.hour).toBe(12);
    const { timeScale, gameTime } = await getTime('gradual');
    expect(timeScale).toBeGreaterThan(24);
    expect(gameTime?.hour).toBeLessThan(18);
    expect((await setTime('gradual', { ...NOON, hour: 11 }, true)).error?.code).toBe(Error_Code.OUT_OF_RANGE);
  });

  it('is set once by a key, and a retry leaves alone what came after it', async () => {
    const set = () => setTime('retried', NOON, false, 'key');
    const replies = await Promise.all(Array.from({ length: 6 }, set));
    for (const { newTime } of replies) expect(newTime).toEqual(replies[0]?.newTime);
    await setTime('retried', { ...NOON, year: 1300 });
    expect((await set()).newTime).toEqual(replies[0]?.newTime);
    expect((await getTime('retried')).gameTime?.year).toBe(1300);
  });

  it('is one of many: worlds do not know each other', async () => {
    await setTime('here', { ...NOON, year: 2000 });
    await setTime('There ☾ */>', { ...NOON, year: 3000 });
    expect((await getTime('here')).gameTime?.year).toBe(2000);
    expect((await getTime('There ☾ */>')).gameTime?.year).toBe(3000);
  });

  it('keeps going while no task runs', async () => {
    await setTime('lasting', NOON);
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await start();
    expect((await getTime('lasting')).gameTime).toMatchObject({ year: 1200, month: 6, day: 1, hour: 12 });
  });
});

describe('a schedule', () => {
  it('triggers its event once, with its payload, whichever task does it', async () => {
    const seen = listen('cb.called.once');
    const reply = await schedule({
      ...{ eventId: 'sunrise', worldId: 'once', callbackSubject: 'cb.called.once', payload: { level: 3 } },
      scheduledTime: await soon('once', 20),
    });
    expect(reply.error).toBeUndefined();
    expect(Number(reply.realTriggerTimeMs)).toBeGreaterThan(Date.now() - 1000);
    await settled('once');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      ...{ eventType: 'time.scheduled', payload: { level: 3 } },
      metadata: { event_id: 'sunrise', schedule_id: reply.scheduleId, world_id: 'once' },
    });
    expect(Date.now()).toBeGreaterThanOrEqual(Number(reply.realTriggerTimeMs));
  });

  it('triggers many that are due at the same time, each once', async () => {
    const seen = listen('cb.called.crowd');
    const scheduledTime = await soon('crowd', 60);
    const ids = Array.from({ length: 40 }, (_, i) => `crowd-${i}`);
    await Promise.all(
      ids.map((eventId) =>
        schedule({ eventId, worldId: 'crowd', callbackSubject: 'cb.called.crowd', scheduledTime }),
      ),
    );
    await until('all of them', () => seen.length >= ids.length);
    await settled('crowd');
    expect(seen.map(({ metadata }) => metadata.event_id).toSorted()).toEqual(ids.toSorted());
  });

  it('survives that all tasks end before it is due, and triggers once when they are back', async () => {
    const seen = listen('cb.called.restart');
    const { realTriggerTimeMs } = await schedule({
      ...{ eventId: 'restart', worldId: 'restart', callbackSubject: 'cb.called.restart' },
      scheduledTime: await soon('restart', 24),
    });
    await Promise.all(tasks.map((task) => task.stop()));
    await until('its time to pass', () => Date.now() > Number(realTriggerTimeMs));
    expect(seen).toEqual([]);
    tasks = await start();
    await until('the event', () => seen.length > 0);
    await settled('restart');
    expect(seen).toHaveLength(1);
  });

  it('is triggered by another task when the one that had claimed it has died', async () => {
    const seen = listen('cb.called.dead');
    const id = scheduleId('dead', 'called', 'dead');
    const released = Date.now() + 2000;
    const claim = { by: 'a task that died', until: released };
    const due = ms((await getTime('dead')).gameTime) - 1000;
    const left: Schedule = {
      ...{ id, world: 'dead', eventId: 'dead', callback: 'cb.called.dead' },
      ...{ payload: {}, due, claim },
    };
    const link = await lab.link('time-manager');
    const definition = definitionOf([], serviceOf('time-manager'));
    await records(bucketOf({ link, definition })).update<Schedule>(`schedule.${id}`, () => left);
    await until('the event', () => seen.length > 0);
    expect(Date.now()).toBeGreaterThanOrEqual(released);
    await settled('dead');
    expect(seen).toHaveLength(1);
  });

  it('comes again and again, and leaves out what a clock set forward has jumped over', async () => {
    const seen = listen('cb.called.hourly');
    await setTime('hourly', NOON);
    const first = await soon('hourly', 20);
    await schedule({
      ...{ eventId: 'hourly', worldId: 'hourly', callbackSubject: 'cb.called.hourly' },
      ...{ scheduledTime: first, recurring: true, recurrenceHours: 1 },
    });
    await until('the first', () => seen.length === 1);
    await setTime('hourly', at(ms(first) + HOUR_MS));
    await until('the second', () => seen.length === 2);
    await setTime('hourly', at(ms(first) + 10 * HOUR_MS));
    await until('the third', () => seen.length === 3);
    await settled('hourly');
    expect(new Set(seen.map(({ eventId }) => eventId)).size).toBe(3);
    expect(seen).toHaveLength(3);
  });

  it('is made once for a key: a retry neither triggers it again nor replaces what came after it', async () => {
    const seen = listen('cb.called.keyed');
    const request = {
      ...{ eventId: 'keyed', worldId: 'keyed', callbackSubject: 'cb.called.keyed' },
      ...{ scheduledTime: await soon('keyed', 20), meta: { idempotencyKey: 'key' } },
    };
    const first = await schedule(request);
    await until('the event', () => seen.length > 0);
    const retry = await schedule(request);
    expect([retry.scheduleId, retry.realTriggerTimeMs]).toEqual([first.scheduleId, first.realTriggerTimeMs]);
    await settled('keyed');
    expect(seen).toHaveLength(1);
    const again = { ...request, scheduledTime: await soon('keyed', 20), meta: {} };
    await schedule(again);
    await schedule(request);
    await until('the other event', () => seen.length > 1);
  });

  it('is replaced by one of the same id for the same service and world, and by no other', async () => {
    const [seen, other] = [listen('cb.called.first'), listen('cb.called.second')];
    const early = await soon('replaced', 30);
    const init = { eventId: 'same', worldId: 'replaced', scheduledTime: early };
    const first = await schedule({ ...init, callbackSubject: 'cb.called.first' });
    const second = await schedule({ ...init, callbackSubject: 'cb.called.second' });
    expect(second.scheduleId).toBe(first.scheduleId);
    const elsewhere = await schedule({ ...init, worldId: 'elsewhere', callbackSubject: 'cb.called.second' });
    expect(elsewhere.scheduleId).not.toBe(first.scheduleId);
    await settled('replaced');
    expect(seen).toEqual([]);
    expect(other.filter(({ metadata }) => metadata.world_id === 'replaced')).toHaveLength(1);
  });
});

it('what is done leaves nothing behind in the bucket, and what waits stays', async () => {
  const init = { eventId: 'done', worldId: 'tidy', callbackSubject: 'cb.called.tidy' };
  const done = await schedule({ ...init, scheduledTime: await soon('tidy', 10) });
  const waiting = await schedule({ ...init, eventId: 'waits', scheduledTime: at(Date.UTC(9000, 0)) });
  const { streams } = await lab.operator.jetstreamManager();
  const last = (id: string) => streams.getMessage('KV_time', { last_by_subj: `$KV.time.schedule.${id}` });
  await until('the schedule to be done', async () => {
    const { header } = await last(done.scheduleId);
    return header.get('KV-Operation') === 'DEL';
  });
  expect(await forgetDeleted(await lab.as('time-manager'), 'time', { markMs: 0 })).toBeGreaterThan(0);
  await expect(last(done.scheduleId)).rejects.toThrow('no message found');
  expect((await last(waiting.scheduleId)).data.length).toBeGreaterThan(0);
});

describe('hours and days', () => {
  const stored = async (what: 'hour' | 'day', world: string) => {
    const { streams } = await lab.operator.jetstreamManager();
    const { state } = await streams.info('GAME_EVENTS');
    const events: GameEvent[] = [];
    for (let seq = 1; seq <= state.last_seq; seq++) {
      const { subject, data } = await streams.getMessage('GAME_EVENTS', { seq });
      const event = fromBinary(GameEventSchema, data);
      if (subject === `evt.time.${what}.changed.v1` && event.metadata.world_id === world) events.push(event);
    }
    return events;
  };

  it('are told as soon as there is a stream for them, by tasks that started without', async () => {
    await setTime('early', NOON);
    await until('the log to say what is missing', () =>
      tasks.every(({ lines }) => lines.some(({ msg }) => String(msg).includes('gsys streams apply'))),
    );
    const { streams } = await lab.operator.jetstreamManager();
    await streams.add({ name: 'GAME_EVENTS', subjects: ['evt.time.>'], num_replicas: 3 });
    await until('the hour', async () => (await stored('hour', 'early')).length > 0);
  });

  it('are told exactly once with two tasks', async () => {
    await setTime('turning', NOON);
    await until('the day', async () => (await stored('day', 'turning')).length > 0);
    await setTime('turning', { ...NOON, hour: 23, minute: 59, second: 50 });
    const days = await until('the next day', async () => {
      const events = await stored('day', 'turning');
      return events.length > 1 && events;
    });
    expect(days.map(({ payload }) => payload)).toMatchObject([
      { world_id: 'turning', game_time: { day: 1, hour: 0 } },
      { world_id: 'turning', game_time: { day: 2, hour: 0 } },
    ]);
    await settled('turning');
    expect(await stored('day', 'turning')).toHaveLength(2);
    // Whether somebody looks within the ten game seconds of the last hour depends on the machine.
    const hours = (await stored('hour', 'turning')).map(({ payload }) => payload);
    expect(hours[0]).toMatchObject({ game_time: { day: 1, hour: 12 } });
    expect(hours.at(-1)).toMatchObject({ game_time: { day: 2, hour: 0 } });
    expect(new Set(hours.map((hour) => JSON.stringify(hour))).size).toBe(hours.length);
  });

  it('are told again after a jump back, and not of a world that nobody has set', async () => {
    await setTime('back', NOON);
    await until('the hour', async () => (await stored('hour', 'back')).length === 1);
    await setTime('back', { ...NOON, hour: 11 });
    await until('the hour before', async () => (await stored('hour', 'back')).length === 2);
    await getTime('nobody');
    expect(await stored('hour', 'nobody')).toEqual([]);
  });
});

describe('a request that makes no sense', () => {
  it.each<[string, MessageInitShape<typeof GameTimeSchema>]>([
    ['nothing at all', {}],
    ['the 30th of February', { ...NOON, month: 2, day: 30 }],
    ['a thirteenth month', { ...NOON, month: 13 }],
    ['a 25th hour', { ...NOON, hour: 24 }],
    ['a negative second', { ...NOON, second: -1 }],
    ['the year 0', { ...NOON, year: 0 }],
    ['a year beyond all calendars', { ...NOON, year: 2_000_000_000 }],
  ])('sets no clock to %s: INVALID_ARGUMENT', async (_, time) => {
    expect((await setTime('garbage', time)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('sets no clock to no time, and none of a world with an endless name', async () => {
    const request = { worldId: 'garbage' };
    const { error } = await lab.ask(
      'svc.time.v1.set_time',
      SetTimeRequestSchema,
      SetTimeResponseSchema,
      request,
    );
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect((await getTime('x'.repeat(65))).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  const GOOD = { eventId: 'e', worldId: 'garbage', callbackSubject: 'cb.called.garbage' };
  it.each<[string, MessageInitShape<typeof ScheduleEventRequestSchema>]>([
    ['no id', { ...GOOD, eventId: '' }],
    ['an endless id', { ...GOOD, eventId: 'x'.repeat(129) }],
    ['a callback outside of cb', { ...GOOD, callbackSubject: 'svc.auth.v1.x' }],
    ['a callback to everybody', { ...GOOD, callbackSubject: 'cb.>' }],
    ['a callback with a wildcard', { ...GOOD, callbackSubject: 'cb.called.*' }],
    ['a callback to a service as such', { ...GOOD, callbackSubject: 'cb.called' }],
    ['no callback', { ...GOOD, callbackSubject: '' }],
    ['no recurrence', { ...GOOD, recurring: true }],
    ['a recurrence of less than nothing', { ...GOOD, recurring: true, recurrenceHours: -1 }],
    ['a recurrence that is none', { ...GOOD, recurrenceHours: 1 }],
    ['a recurrence that is none, and less than nothing', { ...GOOD, recurrenceHours: -1 }],
    ['a payload beyond all measure', { ...GOOD, payload: { text: 'x'.repeat(600_000) } }],
  ])('schedules nothing with %s: INVALID_ARGUMENT', async (_, init) => {
    const reply = await schedule({ scheduledTime: at(Date.UTC(9000, 0)), ...init });
    expect(reply.error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('schedules nothing for what has passed: OUT_OF_RANGE', async () => {
    const reply = await schedule({ ...GOOD, scheduledTime: at(Date.UTC(900, 0)) });
    expect(reply.error?.code).toBe(Error_Code.OUT_OF_RANGE);
  });
});

describe('whatever comes, time-manager', () => itWithstandsNonsense('time-manager', () => lab));
