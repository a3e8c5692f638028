import type { ConditionType } from '../gen/weather_manager_pb.js';
import { naturalAt } from './climate.ts';
import { blend, type Condition, effectsOf, visibilityOf } from './condition.ts';
import type { GameMs } from './world-clock.ts';

/** Where and of which climate. */
export interface Zone {
  world: string;
  zone: string;
}

/** Weather that somebody wants; what is absent is as the type and the climate make it. */
export interface Target extends Partial<Omit<Condition, 'type'>> {
  type: ConditionType;
}

/** What somebody has set in place of a zone's climate, as it lies in the bucket. All its times are the world's. */
export interface Setting {
  /** What there was when it was set. */
  from: Condition;
  /** Absent: the climate's. */
  target?: Target;
  setMs: GameMs;
  transitionMs: number;
  /** Absent: until it is set again. */
  endMs?: GameMs;
}

/** The weather of a moment: what get_weather says then, and the forecast before. */
export function weatherAt(zone: Zone, setting: Setting | undefined, at: GameMs): Condition {
  if (!setting) return naturalAt(zone.world, zone.zone, at);
  const { from, target, setMs, transitionMs, endMs = Number.POSITIVE_INFINITY } = setting;
  const wanted = wantedAt(zone, target, at);
  const share = (since: GameMs) => (transitionMs > 0 ? (at - since) / transitionMs : 1);
  if (at >= endMs) return blend(wanted, naturalAt(zone.world, zone.zone, at), share(endMs));
  // A clock that was set back does not undo what was set.
  return at < setMs ? wanted : blend(from, wanted, share(setMs));
}

/** Once it is there. @param target undefined: the climate's */
export function wantedAt(zone: Zone, target: Target | undefined, at: GameMs): Condition {
  const natural = naturalAt(zone.world, zone.zone, at);
  return target ? completed(target, natural) : natural;
}

export interface Wish {
  target: Target | undefined;
  /** Game milliseconds. */
  transitionMs: number;
  /** Once it is there; absent: until it is set again. */
  holdsMs: number | undefined;
}

export function nextSetting(
  zone: Zone,
  current: Setting | undefined,
  { target, transitionMs, holdsMs }: Wish,
  nowMs: GameMs,
): Setting {
  return {
    from: weatherAt(zone, current, nowMs),
    ...(target && { target }),
    setMs: nowMs,
    transitionMs,
    ...(target && holdsMs !== undefined && { endMs: nowMs + transitionMs + holdsMs }),
  };
}

/** Moments at which what was set makes the type another one, or may. */
export function turnsOf({ setMs, transitionMs, endMs }: Setting): GameMs[] {
  const half = Math.ceil(transitionMs / 2);
  return [setMs, setMs + half, ...(endMs === undefined ? [] : [endMs + half])];
}

function completed(target: Target, { celsius, windKmh }: Condition): Condition {
  const { type, intensity = 0.5 } = target;
  const visibilityMeters = target.visibilityMeters ?? visibilityOf(type, intensity);
  const condition = {
    ...{ type, intensity, visibilityMeters },
    celsius: target.celsius ?? celsius,
    windKmh: target.windKmh ?? windKmh,
  };
  return { ...condition, effects: target.effects ?? effectsOf(condition) };
}
