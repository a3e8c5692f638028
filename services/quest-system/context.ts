import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { Code, ServiceError } from '../sdk/errors.ts';

/** What quests are made of: everything that is looked at of a request's context. Lists are sorted. */
export interface Situation {
  level: number;
  location: string | undefined;
  places: string[];
  npcs: string[];
  enemies: string[];
  items: string[];
  timeOfDay: string | undefined;
  weather: string | undefined;
  /** Types of objectives: those of late, and those that the player likes. */
  completed: string[];
  preferred: string[];
}

const MAX_LEVEL = 100;
const MOST_IN_A_LIST = 50;
/** Bytes. */
const MAX_TEXT = 128;

/** @throws ServiceError INVALID_ARGUMENT for a key of another type */
export function situationOf(context: JsonObject): Situation {
  return {
    level: levelOf(context.level),
    location: textOf(context, 'location'),
    places: listOf(context, 'places'),
    npcs: listOf(context, 'npcs'),
    enemies: listOf(context, 'enemies'),
    items: listOf(context, 'items'),
    timeOfDay: textOf(context, 'time_of_day'),
    weather: textOf(context, 'weather'),
    completed: listOf(context, 'completed'),
    preferred: listOf(context, 'preferred'),
  };
}

function levelOf(level: JsonValue | undefined): number {
  if (level === undefined) return 1;
  if (Number.isInteger(level) && (level as number) >= 1 && (level as number) <= MAX_LEVEL)
    return level as number;
  throw invalid(`context.level must be a whole number from 1 to ${MAX_LEVEL}.`);
}

function textOf(context: JsonObject, key: string): string | undefined {
  const value = context[key];
  return value === undefined ? undefined : text(`context.${key}`, value);
}

function listOf(context: JsonObject, key: string): string[] {
  const value = context[key] ?? [];
  if (!Array.isArray(value) || value.length > MOST_IN_A_LIST)
    throw invalid(`context.${key} must be a list of ${MOST_IN_A_LIST} texts at most.`);
  return [...new Set(value.map((one, i) => text(`context.${key}[${i}]`, one)))].sort();
}

function text(field: string, value: JsonValue): string {
  if (typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_TEXT) return value;
  throw invalid(`${field} must be a text of 1 to ${MAX_TEXT} bytes.`);
}

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
