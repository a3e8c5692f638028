import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { Code, ServiceError } from '../sdk/errors.ts';

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
  const changed: Record<string, unknown> = { ...context };
  for (const [key, value] of Object.entries(changes)) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key as keyof Context] : undefined;
    if (!rule)
      throw invalid(
        `${field} has ${Object.keys(RULES).join(', ')}, and no ${JSON.stringify(key.slice(0, 64))}.`,
      );
    if (value === null) {
      delete changed[key];
    } else if (rule.holds(value)) {
      changed[key] = value;
    } else {
      throw invalid(`${field}.${key} must be ${rule.must}.`);
    }
  }
  return changed;
}

interface Rule {
  must: string;
  holds(value: JsonValue): boolean;
}

const oneOf = (values: readonly string[]): Rule => ({
  must: `one of ${values.join(', ')}`,
  holds: (value) => typeof value === 'string' && values.includes(value),
});
const share: Rule = {
  must: 'a number from 0 to 1',
  holds: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};
const RULES: Record<keyof Context, Rule> = {
  weather: oneOf(WEATHERS),
  time_of_day: oneOf(TIMES),
  crowd: share,
  danger: share,
};

function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
