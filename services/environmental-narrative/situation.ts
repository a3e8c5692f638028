import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { oneOf } from '../sdk/fields.ts';
import { assertKeys, numberOf } from '../sdk/json-fields.ts';

/** What is known of a place, as it lies in the bucket. */
export interface Situation {
  context: Context;
  /** What is going on there; sorted. */
  events: string[];
}

export interface Context {
  weather?: Weather;
  time_of_day?: TimeOfDay;
  /** 0 to 1. */
  crowd?: number;
  danger?: number;
}

const WEATHERS = ['clear', 'rain', 'fog', 'storm', 'snow'] as const;
export type Weather = (typeof WEATHERS)[number];
const TIMES = ['dawn', 'day', 'dusk', 'night'] as const;
export type TimeOfDay = (typeof TIMES)[number];

export const UNKNOWN: Situation = { context: {}, events: [] };

/**
 * A context with what a caller says of it; null takes away.
 * @throws ServiceError INVALID_ARGUMENT
 */
export function withChanges(context: Context, changes: JsonObject = {}, field: string): Context {
  assertKeys(field, changes, Object.keys(CHECKS));
  const changed: Record<string, unknown> = { ...context };
  for (const [key, value] of Object.entries(changes))
    if (value === null) delete changed[key];
    else changed[key] = CHECKS[key as keyof Context](`${field}.${key}`, value);
  return changed;
}

const share = (field: string, value: JsonValue) => numberOf(field, value, 0, 1);
const CHECKS: Record<keyof Context, (field: string, value: JsonValue) => JsonValue> = {
  weather: (field, value) => oneOf(field, value, WEATHERS),
  time_of_day: (field, value) => oneOf(field, value, TIMES),
  crowd: share,
  danger: share,
};
