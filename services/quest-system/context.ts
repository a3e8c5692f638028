import type { JsonObject } from '@bufbuild/protobuf';
import { fieldsOf } from '../sdk/json-fields.ts';

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

/** @throws ServiceError INVALID_ARGUMENT for a key of another type */
export function situationOf(context: JsonObject): Situation {
  const own = fieldsOf('context', context);
  const list = (key: string) => [...new Set(own.texts(key, MOST_IN_A_LIST))].sort();
  return {
    level: own.whole('level', 1, MAX_LEVEL) ?? 1,
    location: own.text('location'),
    places: list('places'),
    npcs: list('npcs'),
    enemies: list('enemies'),
    items: list('items'),
    timeOfDay: own.text('time_of_day'),
    weather: own.text('weather'),
    completed: list('completed'),
    preferred: list('preferred'),
  };
}
