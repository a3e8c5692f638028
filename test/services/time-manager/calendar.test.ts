import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { GameTimeSchema } from '../../../services/gen/time_manager_pb.js';
import { fromGameTime, toGameTime } from '../../../services/time-manager/calendar.ts';

it.each<[string, number]>([
  ['the first moment there is', -62135596800000],
  ['one before 1970', Date.UTC(1200, 1, 29, 23, 59, 59)],
  ['a leap day', Date.UTC(2024, 1, 29)],
  ['the last moment there is', Date.UTC(9999, 11, 31, 23, 59, 59)],
])('tells %s and understands itself', (_, ms) => {
  expect(fromGameTime(create(GameTimeSchema, toGameTime(ms)), 'time')).toBe(ms);
});

it.each<[Partial<MessageInitShape<typeof GameTimeSchema>>, number]>([
  [{ season: 'winter' }, Date.UTC(2024, 11, 1)],
  [{ season: 'spring' }, Date.UTC(2024, 2, 1)],
  [{ season: 'summer' }, Date.UTC(2024, 7, 31)],
  [{ season: 'autumn' }, Date.UTC(2024, 10, 30)],
  [{ timeOfDay: 'night' }, Date.UTC(2024, 0, 1, 4, 59)],
  [{ timeOfDay: 'dawn' }, Date.UTC(2024, 0, 1, 5)],
  [{ timeOfDay: 'day' }, Date.UTC(2024, 0, 1, 17, 59)],
  [{ timeOfDay: 'dusk' }, Date.UTC(2024, 0, 1, 18)],
  [{ timeOfDay: 'night' }, Date.UTC(2024, 0, 1, 21)],
  // https://science.nasa.gov/moon/lunar-eclipse: of 25 March 2024, at full moon; the sun's, at new moon, of 8 April.
  [{ moonPhase: 'full' }, Date.UTC(2024, 2, 25, 7)],
  [{ moonPhase: 'new' }, Date.UTC(2024, 3, 8, 18)],
  [{ moonPhase: 'first_quarter' }, Date.UTC(2024, 3, 15, 19)],
])('knows of %o', (expected, ms) => {
  expect(toGameTime(ms)).toMatchObject(expected);
});
