import type { MessageInitShape } from '@bufbuild/protobuf';
import type { GameTime, GameTimeSchema } from '../gen/time_manager_pb.js';
import { invalid } from '../sdk/fields.ts';

/** Game time as a number: milliseconds since 1970 of the world's calendar, which is the Gregorian one. */
export type GameMs = number;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** From one new moon to the next: https://en.wikipedia.org/wiki/Lunar_month#Synodic_month */
const MONTH_MS = 29.530588 * DAY_MS;
/** A new moon: 2000-01-06T18:14Z. */
const NEW_MOON_MS = Date.UTC(2000, 0, 6, 18, 14);

const MOON = [
  'new',
  'waxing_crescent',
  'first_quarter',
  'waxing_gibbous',
  'full',
  'waning_gibbous',
  'last_quarter',
  'waning_crescent',
];
const SEASONS = ['winter', 'spring', 'summer', 'autumn'];

export function toGameTime(ms: GameMs): MessageInitShape<typeof GameTimeSchema> {
  const date = new Date(ms);
  const hour = date.getUTCHours();
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour,
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    timeOfDay: timeOfDay(hour),
    moonPhase: MOON[Math.round(8 * share(ms - NEW_MOON_MS, MONTH_MS)) % 8] ?? 'new',
    // December to February, March to May, …
    season: SEASONS[Math.floor(((date.getUTCMonth() + 1) % 12) / 3)] ?? 'winter',
  };
}

/** @throws ServiceError INVALID_ARGUMENT for a moment that no calendar has, the 30th of February among them */
export function fromGameTime(time: GameTime | undefined, field: string): GameMs {
  if (!time) throw invalid(`${field} is missing.`);
  const { year, month, day, hour, minute, second } = time;
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 for the twentieth century.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const back = toGameTime(date.getTime());
  const same = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).every(
    (part) => back[part] === time[part],
  );
  if (same && year >= 1 && year <= 9999) return date.getTime();
  throw invalid(`${field} is no moment of the years 1 to 9999.`);
}

function timeOfDay(hour: number): string {
  if (hour < 5 || hour >= 21) return 'night';
  if (hour < 8) return 'dawn';
  return hour < 18 ? 'day' : 'dusk';
}

/** How far through a cycle, 0 to 1, also before its beginning. */
function share(ms: number, cycle: number): number {
  return (((ms % cycle) + cycle) % cycle) / cycle;
}
