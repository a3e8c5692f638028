import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  ConditionType,
  ForecastRequestSchema,
  ForecastResponseSchema,
  GetWeatherRequestSchema,
  GetWeatherResponseSchema,
  SetWeatherRequestSchema,
  SetWeatherResponseSchema,
  type WeatherConditionSchema,
} from '../gen/weather_manager_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events, NewEvent } from '../sdk/events.ts';
import { idOf, within } from '../sdk/fields.ts';
import { hashOf } from '../sdk/hash.ts';
import { safeKey } from '../sdk/kv.ts';
import type { Records, RequestKey } from '../sdk/records.ts';
import type { Origin } from '../sdk/request-context.ts';
import { askedOf } from './asked.ts';
import type { Condition } from './condition.ts';
import { nextSetting, type Setting, wantedAt, weatherAt, type Zone } from './setting.ts';
import { HOUR_MS, spanAt } from './span.ts';
import { toReal, type WorldClock } from './world-clock.ts';

const MINUTE_MS = 60_000;
/** Game hours: a week. */
const MAX_AHEAD = 168;
/** It is computed, not guessed. */
const CERTAIN = 1;

export interface Weather {
  /** What somebody has set, by zone. */
  set: Records;
  clockOf(world: string, origin: Origin): Promise<WorldClock>;
  events: Events;
}

export function weatherEndpoints({ set, clockOf, events }: Weather): Record<string, Endpoint> {
  const look = async (zone: Zone, origin: Origin) => {
    const [clock, setting] = await Promise.all([
      clockOf(zone.world, origin),
      set.get<Setting>(recordOf(zone)),
    ]);
    return { clock, setting };
  };
  return {
    get_weather: endpoint(GetWeatherRequestSchema, GetWeatherResponseSchema, async (request, context) => {
      const zone = zoneOf(request);
      const { clock, setting } = await look(zone, context);
      const { begin, end } = spanAt(zone, setting, clock.gameMs);
      const minutes =
        begin !== undefined && end !== undefined ? Math.round((end - begin) / MINUTE_MS) : undefined;
      return {
        currentWeather: toMessage(weatherAt(zone, setting, clock.gameMs), minutes),
        ...(begin !== undefined && { lastChangeMs: BigInt(toReal(clock, begin)) }),
        ...(end !== undefined && { nextChangeMs: BigInt(toReal(clock, end)) }),
      };
    }),

    set_weather: endpoint(SetWeatherRequestSchema, SetWeatherResponseSchema, async (request, context) => {
      const zone = zoneOf(request);
      const { target, holdsMs, transitionSeconds } = askedOf(request);
      const clock = await clockOf(zone.world, context);
      const transitionMs = Math.round(transitionSeconds * 1_000 * clock.scale);
      const wish = { target, holdsMs, transitionMs };
      const thereMs = await set.change(recordOf(zone), context.key, (current: Setting | undefined) => {
        const next = nextSetting(zone, current, wish, clock.gameMs);
        return { next, result: next.setMs + next.transitionMs };
      });
      const there = wantedAt(zone, target, thereMs);
      await events.announce(
        'evt.weather.changed.v1',
        changed(zone, there, request, context.key),
        context.log,
      );
      return { appliedWeather: toMessage(there, request.targetWeather?.durationMinutes || undefined) };
    }),

    forecast: endpoint(ForecastRequestSchema, ForecastResponseSchema, async (request, context) => {
      const zone = zoneOf(request);
      const hours = within('hours_ahead', request.hoursAhead, 1, MAX_AHEAD);
      const { clock, setting } = await look(zone, context);
      const present = Math.floor(clock.gameMs / HOUR_MS);
      const forecasts = Array.from({ length: hours }, (_, i) => {
        const at = (present + 1 + i) * HOUR_MS;
        const predictedWeather = toMessage(weatherAt(zone, setting, at));
        return { forecastTimeMs: BigInt(toReal(clock, at)), predictedWeather, confidence: CERTAIN };
      });
      return { forecasts };
    }),
  };
}

function zoneOf({ worldId, zoneId }: { worldId: string; zoneId: string }): Zone {
  return { world: idOf('world_id', worldId), zone: idOf('zone_id', zoneId) };
}

function recordOf({ world, zone }: Zone): string {
  return `${safeKey(world)}.${safeKey(zone)}`;
}

function toMessage(condition: Condition, minutes?: number): MessageInitShape<typeof WeatherConditionSchema> {
  const { type, intensity, celsius, windKmh, visibilityMeters, effects } = condition;
  return {
    conditionType: type,
    intensity,
    temperatureCelsius: celsius,
    windSpeedKmh: windKmh,
    visibilityMeters,
    ...(minutes !== undefined && { durationMinutes: minutes }),
    effects,
  };
}

/** A retry makes the same id, and so the same event. */
function changed(
  { world, zone }: Zone,
  { type, intensity }: Condition,
  { transitionSeconds }: { transitionSeconds: number },
  key: RequestKey | undefined,
): NewEvent {
  return {
    ...(key && { id: `weather.${hashOf(world, zone, key.id)}` }),
    payload: {
      world_id: world,
      zone_id: zone,
      condition_type: ConditionType[type]?.toLowerCase() ?? '',
      intensity,
      transition_seconds: transitionSeconds,
    },
    metadata: { world_id: world, zone_id: zone },
  };
}
