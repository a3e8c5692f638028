import { describe, expect, it } from 'vitest';
import { ConditionType } from '../../../services/gen/weather_manager_pb.js';
import { naturalAt } from '../../../services/weather-manager/climate.ts';
import { nextSetting, type Setting, weatherAt } from '../../../services/weather-manager/setting.ts';
import { HOUR_MS, spanAt } from '../../../services/weather-manager/span.ts';

const ZONE = { world: 'w', zone: 'z' };
const NOON = Date.UTC(1000, 6, 1, 12);
const DAY_MS = 24 * HOUR_MS;
const hours = (count: number, from = NOON) => Array.from({ length: count }, (_, i) => from + i * HOUR_MS);
const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
/** Ten hours of what no summer has by itself, with a transition of two. */
const blizzard = (current?: Setting, at = NOON) =>
  nextSetting(
    ZONE,
    current,
    {
      target: { type: ConditionType.BLIZZARD, intensity: 1, celsius: 40 },
      transitionMs: 2 * HOUR_MS,
      holdsMs: 10 * HOUR_MS,
    },
    at,
  );

describe('a climate', () => {
  const of = (zone: string, moments = hours(1000)) => moments.map((at) => naturalAt('w', zone, at));

  it('makes the same weather of the same hour, again and again', () => {
    expect(of('z')).toEqual(of('z'));
    expect(naturalAt('w', 'z', NOON + HOUR_MS - 1)).toEqual(naturalAt('w', 'z', NOON));
  });

  it('makes other weather in another zone, in another world, and in time', () => {
    expect(of('z')).not.toEqual(of('y'));
    expect(hours(100).map((at) => naturalAt('v', 'z', at))).not.toEqual(of('z', hours(100)));
    expect(new Set(of('z').map(({ celsius }) => celsius)).size).toBeGreaterThan(50);
  });

  it('is warmer in summer than in winter, and in the afternoon than at night', () => {
    for (const zone of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const celsius = (moments: number[]) => mean(of(zone, moments).map((one) => one.celsius));
      const year = Date.UTC(1000, 0, 1);
      expect(celsius(hours(720, year + 195 * DAY_MS))).toBeGreaterThan(celsius(hours(720, year)));
      const days = Array.from({ length: 100 }, (_, i) => year + i * DAY_MS);
      expect(celsius(days.map((day) => day + 15 * HOUR_MS))).toBeGreaterThan(
        celsius(days.map((day) => day + 3 * HOUR_MS)),
      );
    }
  });

  it('snows only where it freezes, and says what is felt', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap((zone) => of(zone, hours(8766)));
    const snow = all.filter(({ type }) => type === ConditionType.SNOW);
    expect(snow.length).toBeGreaterThan(0);
    expect(Math.max(...snow.map(({ celsius }) => celsius))).toBeLessThanOrEqual(0);
    expect(snow.every(({ effects }) => effects.includes('slippery_ground'))).toBe(true);
    const types = new Set(all.map(({ type }) => type));
    expect(types.size).toBe(Object.keys(ConditionType).length / 2 - 1);
    const strange = all.filter(
      ({ intensity, visibilityMeters }) => !(intensity >= 0 && intensity <= 1 && visibilityMeters >= 50),
    );
    expect(strange).toEqual([]);
  });
});

describe('weather that is set', () => {
  const at = (hour: number, setting = blizzard()) => weatherAt(ZONE, setting, NOON + hour * HOUR_MS);
  const natural = (hour: number) => naturalAt('w', 'z', NOON + hour * HOUR_MS);

  it('comes gradually, holds, and goes gradually', () => {
    expect(at(0).celsius).toBe(natural(0).celsius);
    expect(at(0.5).celsius).toBeCloseTo(natural(0).celsius * 0.75 + 40 * 0.25, 1);
    expect(at(0.99).type).toBe(natural(0).type);
    expect(at(1).type).toBe(ConditionType.BLIZZARD);
    expect(at(2)).toMatchObject({ type: ConditionType.BLIZZARD, celsius: 40, intensity: 1 });
    expect(at(11.99)).toMatchObject({ type: ConditionType.BLIZZARD, celsius: 40 });
    expect(at(13).celsius).toBeCloseTo((40 + natural(13).celsius) / 2, 0);
    expect(at(14)).toEqual(natural(14));
  });

  it('takes what the caller left open from type and climate', () => {
    expect(at(5).windKmh).toBe(natural(5).windKmh);
    expect(at(5).effects).toEqual(expect.arrayContaining(['slippery_ground', 'low_visibility', 'heat']));
  });

  it('begins with what there is, also in the middle of a transition', () => {
    const second = blizzard(blizzard(), NOON + HOUR_MS);
    expect(second.from).toEqual(at(1));
  });

  it('stays set when the clock is set back', () => {
    expect(at(-50)).toMatchObject({ type: ConditionType.BLIZZARD, celsius: 40 });
  });

  it('gives the zone back to its climate when it has no target', () => {
    const wish = { target: undefined, transitionMs: HOUR_MS, holdsMs: undefined };
    const back = nextSetting(ZONE, blizzard(), wish, NOON + 5 * HOUR_MS);
    expect(at(5, back)).toMatchObject({ type: ConditionType.BLIZZARD, celsius: 40 });
    expect(at(6, back)).toEqual(natural(6));
  });
});

describe('the span of a type', () => {
  it('has another type before and after it, and one within', () => {
    for (const now of hours(50)) {
      const { begin = 0, end = 0 } = spanAt(ZONE, undefined, now);
      const type = (moment: number) => naturalAt('w', 'z', moment).type;
      expect(begin).toBeLessThanOrEqual(now);
      expect(end).toBeGreaterThan(now);
      expect([type(begin - 1), type(end)]).not.toContain(type(now));
      expect(new Set(hours((end - begin) / HOUR_MS, begin).map(type))).toEqual(new Set([type(now)]));
    }
  });

  it('begins and ends in the middle of transitions', () => {
    expect(spanAt(ZONE, blizzard(), NOON + 5 * HOUR_MS)).toEqual({
      begin: NOON + HOUR_MS,
      end: NOON + 13 * HOUR_MS,
    });
  });

  it('has no end where weather is set until it is set again', () => {
    const { endMs: _, ...lasting } = blizzard();
    expect(spanAt(ZONE, lasting, NOON + 5 * HOUR_MS)).toEqual({ begin: NOON + HOUR_MS });
  });
});
