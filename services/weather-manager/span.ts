import { type Setting, turnsOf, weatherAt, type Zone } from './setting.ts';
import type { GameMs } from './world-clock.ts';

export const HOUR_MS = 3_600_000;
/** How far one looks for a change: ten days, which no climate's weather lasts but a desert's. */
const LOOK_MS = 240 * HOUR_MS;

/** When the present type of weather has begun, and when another one will; absent where that is too far away. */
export interface Span {
  begin?: GameMs;
  end?: GameMs;
}

export function spanAt(zone: Zone, setting: Setting | undefined, now: GameMs): Span {
  const typeAt = (at: GameMs) => weatherAt(zone, setting, at).type;
  const present = typeAt(now);
  const moments = momentsAround(setting, now);
  // Of what was before it was set, nothing is known.
  const isBegin = (at: GameMs) => at === setting?.setMs || typeAt(at - 1) !== present;
  const begin = moments.findLast((at) => at <= now && isBegin(at));
  const end = moments.find((at) => at > now && typeAt(at) !== present);
  return { ...(begin !== undefined && { begin }), ...(end !== undefined && { end }) };
}

/** The only moments at which the weather can become another, in their order. */
function momentsAround(setting: Setting | undefined, now: GameMs): GameMs[] {
  const first = Math.ceil((now - LOOK_MS) / HOUR_MS) * HOUR_MS;
  const hours = Array.from({ length: (2 * LOOK_MS) / HOUR_MS }, (_, i) => first + i * HOUR_MS);
  const turns = setting ? turnsOf(setting).filter((at) => Math.abs(at - now) <= LOOK_MS) : [];
  return [...hours, ...turns].sort((a, b) => a - b);
}
