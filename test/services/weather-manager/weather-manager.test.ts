import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { SetTimeRequestSchema, SetTimeResponseSchema } from '../../../services/gen/time_manager_pb.js';
import {
  ConditionType,
  ForecastRequestSchema,
  ForecastResponseSchema,
  GetWeatherRequestSchema,
  GetWeatherResponseSchema,
  SetWeatherRequestSchema,
  SetWeatherResponseSchema,
} from '../../../services/gen/weather_manager_pb.js';
import { timeManagerParts } from '../../../services/time-manager/parts.ts';
import { weatherManagerParts } from '../../../services/weather-manager/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let clock: Task;
let tasks: Task[];
const start = () => lab.start('weather-manager', weatherManagerParts);
beforeAll(async () => {
  lab = await startLab(['weather-manager', 'time-manager']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'GAME_EVENTS', subjects: ['evt.weather.>', 'evt.time.>'], num_replicas: 3 });
  [clock, ...tasks] = await Promise.all([lab.start('time-manager', timeManagerParts), start(), start()]);
});
afterAll(() => lab?.stop());

/** Nobody else is in it. */
const zone = (worldId: string) => ({ worldId, zoneId: 'forest' });
const get = (init: MessageInitShape<typeof GetWeatherRequestSchema>) =>
  lab.ask('svc.weather.v1.get_weather', GetWeatherRequestSchema, GetWeatherResponseSchema, init);
const set = (init: MessageInitShape<typeof SetWeatherRequestSchema>) =>
  lab.ask('svc.weather.v1.set_weather', SetWeatherRequestSchema, SetWeatherResponseSchema, init);
const forecast = (init: MessageInitShape<typeof ForecastRequestSchema>) =>
  lab.ask('svc.weather.v1.forecast', ForecastRequestSchema, ForecastResponseSchema, init);
/** To so many game hours after noon of a summer's day. A game hour is two and a half real minutes. */
const setClock = (worldId: string, hours: number) => {
  const at = new Date(Date.UTC(1000, 6, 1, 12 + hours));
  const targetTime = {
    ...{ year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() },
    hour: at.getUTCHours(),
  };
  return lab.ask('svc.time.v1.set_time', SetTimeRequestSchema, SetTimeResponseSchema, {
    worldId,
    targetTime,
  });
};
const gradual = { gradualTransition: true, transitionSeconds: 3600 };

describe('weather', () => {
  it('is the same from every task, and another in another zone', async () => {
    await setClock('same', 0);
    const all = await Promise.all(Array.from({ length: 20 }, () => get(zone('same'))));
    expect(new Set(all.map(({ currentWeather }) => JSON.stringify(currentWeather))).size).toBe(1);
    const others = await Promise.all(
      Array.from({ length: 5 }, (_, i) => get({ worldId: 'same', zoneId: `zone-${i}` })),
    );
    const celsius = new Set(others.map(({ currentWeather }) => currentWeather?.temperatureCelsius));
    expect(celsius.size).toBeGreaterThan(1);
  });

  it('is what the forecast has said, hour by hour', async () => {
    await setClock('walked', 0);
    const { forecasts } = await forecast({ ...zone('walked'), hoursAhead: 24 });
    expect(forecasts).toHaveLength(24);
    for (const hour of [1, 2, 3, 7, 12, 24]) {
      await setClock('walked', hour);
      const { currentWeather } = await get(zone('walked'));
      expect({ ...currentWeather, durationMinutes: undefined }).toEqual({
        ...forecasts[hour - 1]?.predictedWeather,
        durationMinutes: undefined,
      });
    }
  });

  it('tells when it changes, within the forecast', async () => {
    await setClock('turning', 0);
    const { currentWeather, nextChangeMs, lastChangeMs } = await get(zone('turning'));
    expect(Number(lastChangeMs)).toBeLessThanOrEqual(Date.now());
    const { forecasts } = await forecast({ ...zone('turning'), hoursAhead: 168 });
    const next = forecasts.find(
      (one) => one.predictedWeather?.conditionType !== currentWeather?.conditionType,
    );
    // The clock's whole seconds are 42 ms.
    expect(Math.abs(Number(nextChangeMs) - Number(next?.forecastTimeMs))).toBeLessThanOrEqual(50);
    const minutes = (Number(nextChangeMs) - Number(lastChangeMs)) * (24 / 60_000);
    expect(currentWeather?.durationMinutes).toBeCloseTo(minutes, -1);
  });
});

describe('weather that is set', () => {
  const rain = { conditionType: ConditionType.RAIN, temperatureCelsius: 0, intensity: 0 };

  it('is there at once for every task, with a zero where zero was said', async () => {
    for (const temperatureCelsius of [0, 10, 20, 30]) {
      const target = { ...rain, temperatureCelsius };
      const { appliedWeather } = await set({ ...zone('wet'), targetWeather: target });
      expect(appliedWeather).toMatchObject({ ...target, effects: expect.arrayContaining([]) });
      expect((await get(zone('wet'))).currentWeather).toMatchObject(target);
    }
    expect((await get({ worldId: 'wet', zoneId: 'elsewhere' })).currentWeather).not.toMatchObject(rain);
  });

  it('comes gradually and is forecast like the climate’s', async () => {
    await setClock('gradual', 0);
    const before = (await get(zone('gradual'))).currentWeather;
    const targetWeather = {
      ...{ conditionType: ConditionType.BLIZZARD, temperatureCelsius: -60, durationMinutes: 24 * 60 },
    };
    const { appliedWeather } = await set({ ...zone('gradual'), targetWeather, ...gradual });
    expect(appliedWeather?.temperatureCelsius).toBe(-60);
    expect((await get(zone('gradual'))).currentWeather?.conditionType).toBe(before?.conditionType);
    const { forecasts } = await forecast({ ...zone('gradual'), hoursAhead: 80 });
    for (const hour of [6, 12, 30, 60, 80]) {
      await setClock('gradual', hour);
      const seen = (await get(zone('gradual'))).currentWeather?.temperatureCelsius ?? Number.NaN;
      // A clock that runs does not stand at the full hour: a tenth of a degree more or less.
      expect(seen).toBeCloseTo(forecasts[hour - 1]?.predictedWeather?.temperatureCelsius ?? 0, 0);
    }
    const celsius = forecasts.map((one) => one.predictedWeather?.temperatureCelsius ?? 0);
    expect(celsius[29]).toBe(-60);
    expect(celsius[11]).toBeGreaterThan(-60);
    expect(celsius[79]).toBeGreaterThan(-60);
  });

  it('goes when the zone is given back to its climate', async () => {
    await setClock('back', 0);
    const natural = (await get(zone('back'))).currentWeather;
    await set({ ...zone('back'), targetWeather: { ...rain, intensity: 0.77 } });
    await set(zone('back'));
    expect((await get(zone('back'))).currentWeather).toMatchObject({
      conditionType: natural?.conditionType,
      temperatureCelsius: natural?.temperatureCelsius,
    });
  });

  it('is told as an event, once for a request that came twice', async () => {
    const request = { ...zone('told'), targetWeather: rain, meta: { idempotencyKey: 'key-1' } };
    const events = await eventsDuring(lab, 'GAME_EVENTS', async () => {
      const replies = await Promise.all([set(request), set(request)]);
      expect(replies[1]?.appliedWeather).toEqual(replies[0]?.appliedWeather);
    });
    // The other zones go on meanwhile: their climate's changes are told too.
    const told = events.map(({ payload }) => payload).filter((payload) => payload?.world_id === 'told');
    expect(told).toMatchObject([{ zone_id: 'forest', condition_type: 'rain' }]);
  });

  it('stays as somebody else has set it, when the request before comes again', async () => {
    const request = { ...zone('retried'), targetWeather: rain, ...gradual, meta: { idempotencyKey: 'k' } };
    const { appliedWeather } = await set(request);
    const sun = { conditionType: ConditionType.CLEAR, temperatureCelsius: 30 };
    await set({ ...zone('retried'), targetWeather: sun });
    expect((await set(request)).appliedWeather).toEqual(appliedWeather);
    expect((await get(zone('retried'))).currentWeather).toMatchObject(sun);
    const other = await set({ ...request, targetWeather: sun });
    expect(other.error?.code).toBe(Error_Code.CONFLICT);
  });

  it('is one of those that many set at the same time', async () => {
    const wanted = [1, 2, 3, 4, 5].map((temperatureCelsius) => ({ ...rain, temperatureCelsius }));
    const replies = await Promise.all(
      wanted.map((targetWeather) => set({ ...zone('crowd'), targetWeather })),
    );
    expect(replies.map(({ error }) => error?.message)).toEqual(wanted.map(() => undefined));
    const { currentWeather } = await get(zone('crowd'));
    expect(wanted).toContainEqual({ ...rain, temperatureCelsius: currentWeather?.temperatureCelsius });
  });

  it('is still set when all tasks have ended and others have started', async () => {
    await set({ ...zone('lasting'), targetWeather: rain });
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect((await get(zone('lasting'))).currentWeather).toMatchObject(rain);
  });
});

describe('a request', () => {
  const target = (more: object) => ({
    ...zone('x'),
    targetWeather: { conditionType: ConditionType.RAIN, ...more },
  });
  it.each<[string, MessageInitShape<typeof SetWeatherRequestSchema>, RegExp]>([
    ['no world', { zoneId: 'z' }, /world_id is empty/],
    ['no zone', { worldId: 'w' }, /zone_id is empty/],
    ['a zone id beyond all measure', { worldId: 'w', zoneId: 'z'.repeat(129) }, /zone_id is longer than 128/],
    ['a world id that no clock has', { worldId: 'w'.repeat(65), zoneId: 'z' }, /world_id is longer than 64/],
    ['no type', { ...zone('x'), targetWeather: {} }, /condition_type/],
    ['an unknown type', target({ conditionType: 99 }), /condition_type/],
    ['an intensity beyond one', target({ intensity: 1.01 }), /intensity must be between 0 and 1/],
    ['a temperature that is none', target({ temperatureCelsius: Number.NaN }), /temperature_celsius/],
    ['a wind from beyond', target({ windSpeedKmh: Number.POSITIVE_INFINITY }), /wind_speed_kmh/],
    ['a visibility below zero', target({ visibilityMeters: -1 }), /visibility_meters/],
    ['a duration below zero', target({ durationMinutes: -1 }), /duration_minutes/],
    [
      'too many effects',
      target({ effects: Array.from({ length: 17 }, () => 'x') }),
      /effects has more than 16 entries/,
    ],
    ['a transition without time', { ...target({}), gradualTransition: true }, /transition_seconds/],
    ['time without a transition', { ...target({}), transitionSeconds: 5 }, /gradual_transition/],
    ['a transition of days', { ...target({}), gradualTransition: true, transitionSeconds: 90_000 }, /3600/],
  ])('with %s is INVALID_ARGUMENT', async (_, init, message) => {
    const { error } = await set(init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toMatch(message);
  });

  it.each([0, -1, 169])('for a forecast of %i hours is INVALID_ARGUMENT', async (hoursAhead) => {
    const { error } = await forecast({ ...zone('x'), hoursAhead });
    expect(error?.message).toBe('hours_ahead must be between 1 and 168.');
  });

  it('is UNAVAILABLE while nobody knows what time it is', async () => {
    await clock.stop();
    expect((await get(zone('x'))).error).toMatchObject({
      code: Error_Code.UNAVAILABLE,
      message: 'Nobody serves svc.time.v1.get_time.',
    });
    clock = await lab.start('time-manager', timeManagerParts);
    expect((await get(zone('x'))).error).toBeUndefined();
  });
});

describe('whatever comes, weather-manager', () => itWithstandsNonsense('weather-manager', () => lab));
