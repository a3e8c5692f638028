import type { JsonObject } from '@bufbuild/protobuf';
import { oneOf } from '../sdk/fields.ts';
import { type Fields, fieldsOf } from '../sdk/json-fields.ts';
import { ROLES, type Role } from './roles.ts';

/** All that a character knows: everything that is looked at of a request. */
export interface Mind {
  role: Role;
  /** Each from 0 to 1. */
  health: number;
  energy: number;
  hunger: number;
  courage: number;
  gold: number;
  /** What of it counts. */
  carries: ('food' | 'potion' | 'weapon')[];
  /** Name of a place; `somewhere` where nothing else is said. */
  at: string;
  threats: Threat[];
  allies: Ally[];
  visitors: Visitor[];
  hour: number;
  weather: string;
  alarm: boolean;
  /** How restless these days are, 0 to 1. */
  danger: number;
  /** Meters to each place it knows. */
  places: Map<string, number>;
}

/** Somebody in sight. */
interface Being {
  id: string;
  /** Meters. */
  distance: number;
}

export interface Threat extends Being {
  /** 0 to 1. */
  strength: number;
}

export interface Ally extends Being {
  health: number;
}

export interface Visitor extends Being {
  /** -1 (hates it) to 1. */
  attitude: number;
}

const ITEMS = ['food', 'potion', 'weapon'] as const;
/** Meters: further away, nobody is seen. */
export const SIGHT = 60;
const FAR = 100_000;
const RICH = 1_000_000;
const MOST_IN_A_LIST = 20;

/** @throws ServiceError INVALID_ARGUMENT for a key of another type */
export function mindOf(situation: JsonObject, worldState: JsonObject): Mind {
  const own = fieldsOf('situation', situation);
  const world = fieldsOf('world_state', worldState);
  const role = oneOf('situation.role', own.text('role') ?? 'villager', Object.keys(ROLES) as Role[]);
  const carried = own.texts('carries', MOST_IN_A_LIST);
  return {
    role,
    health: own.number('health', 0, 1) ?? 1,
    energy: own.number('energy', 0, 1) ?? 1,
    hunger: own.number('hunger', 0, 1) ?? 0,
    courage: own.number('courage', 0, 1) ?? ROLES[role].courage,
    gold: Math.floor(own.number('gold', 0, RICH) ?? 0),
    carries: ITEMS.filter((item) => carried.includes(item)),
    at: own.text('at') ?? 'somewhere',
    threats: own
      .objects('threats', MOST_IN_A_LIST)
      .map((one) => ({ ...beingOf(one), strength: one.number('strength', 0, 1) ?? 0.5 }))
      .filter(isInSight)
      .sort((a, b) => menace(b) - menace(a) || byId(a, b)),
    allies: own
      .objects('allies', MOST_IN_A_LIST)
      .map((one) => ({ ...beingOf(one), health: one.number('health', 0, 1) ?? 1 }))
      .filter(isInSight)
      .sort((a, b) => a.health - b.health || byId(a, b)),
    visitors: own
      .objects('visitors', MOST_IN_A_LIST)
      .map((one) => ({ ...beingOf(one), attitude: one.number('attitude', -1, 1) ?? 0 }))
      .filter(isInSight)
      .sort((a, b) => a.distance - b.distance || byId(a, b)),
    hour: Math.floor(world.number('hour', 0, 23.999) ?? 12),
    weather: world.text('weather') ?? 'clear',
    alarm: world.flag('alarm') ?? false,
    danger: world.number('danger', 0, 1) ?? 0,
    places: world.numbers('places', MOST_IN_A_LIST, [0, FAR]),
  };
}

/** How much of a threat it is, 0 to 1: near and strong. */
export function menace({ strength, distance }: Threat): number {
  return strength * (1 - distance / SIGHT);
}

function beingOf(one: Fields): Being {
  return { id: one.required('id'), distance: one.number('distance', 0, FAR) ?? 0 };
}

function isInSight({ distance }: Being): boolean {
  return distance < SIGHT;
}

function byId(a: Being, b: Being): number {
  return a.id < b.id ? -1 : 1;
}
