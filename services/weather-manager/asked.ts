import {
  ConditionTypeSchema,
  type SetWeatherRequest,
  type WeatherCondition,
} from '../gen/weather_manager_pb.js';
import { enumOf, idsOf, invalid, within } from '../sdk/fields.ts';
import type { Target, Wish } from './setting.ts';

/** Real seconds. */
const MAX_TRANSITION = 3_600;
const MINUTE_MS = 60_000;
/** Game minutes. */
const MAX_DURATION = 43_200;
const MOST_EFFECTS = 16;

export interface Asked extends Pick<Wish, 'target' | 'holdsMs'> {
  /** Real ones. */
  transitionSeconds: number;
}

/** @throws ServiceError INVALID_ARGUMENT */
export function askedOf(request: SetWeatherRequest): Asked {
  const { targetWeather, gradualTransition, transitionSeconds } = request;
  if (gradualTransition !== transitionSeconds > 0)
    throw invalid('gradual_transition wants transition_seconds of 1 or more, and the other way round.');
  within('transition_seconds', transitionSeconds, 0, MAX_TRANSITION);
  const minutes = within(
    'target_weather.duration_minutes',
    targetWeather?.durationMinutes ?? 0,
    0,
    MAX_DURATION,
  );
  return {
    target: targetWeather && targetOf(targetWeather),
    transitionSeconds,
    holdsMs: minutes > 0 ? minutes * MINUTE_MS : undefined,
  };
}

function targetOf(weather: WeatherCondition): Target {
  const { conditionType, intensity, temperatureCelsius, windSpeedKmh, visibilityMeters } = weather;
  const type = enumOf('target_weather.condition_type', ConditionTypeSchema, conditionType);
  const effects = idsOf('target_weather.effects', weather.effects, MOST_EFFECTS);
  const checked = (field: string, value: number, least: number, most: number) =>
    within(`target_weather.${field}`, value, least, most);
  return {
    type,
    ...(intensity !== undefined && { intensity: checked('intensity', intensity, 0, 1) }),
    ...(temperatureCelsius !== undefined && {
      celsius: checked('temperature_celsius', temperatureCelsius, -80, 60),
    }),
    ...(windSpeedKmh !== undefined && { windKmh: checked('wind_speed_kmh', windSpeedKmh, 0, 400) }),
    ...(visibilityMeters !== undefined && {
      visibilityMeters: checked('visibility_meters', visibilityMeters, 0, 100_000),
    }),
    ...(effects.length > 0 && { effects }),
  };
}
