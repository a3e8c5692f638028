import type { JsonObject } from '@bufbuild/protobuf';
import { type Fields, fieldsOf, invalid } from './fields.ts';
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

/** @throws ServiceError INVALID_ARGUMENT for a key of another type */
export function mindOf(situation: JsonObject, worldState: JsonObject): Mind {
  const own = fieldsOf('situation', situation);
  const world = fieldsOf('world_state', worldState);
  const role = roleOf(own.text('role', 'villager'));
  const carried = own.texts('carries');
  return {
    role,
    health: own.number('health', 1, 0, 1),
    energy: own.number('energy', 1, 0, 1),
    hunger: own.number('hunger', 0, 0, 1),
    courage: own.number('courage', ROLES[role].courage, 0, 1),
    gold: Math.floor(own.number('gold', 0, 0, RICH)),
    carries: ITEMS.filter((item) => carried.includes(item)),
    at: own.text('at', 'somewhere'),
    threats: own
      .objects('threats')
      .map((one) => ({ ...beingOf(one), strength: one.number('strength', 0.5, 0, 1) }))
      .filter(isInSight)
      .sort((a, b) => menace(b) - menace(a) || byId(a, b)),
    allies: own
      .objects('allies')
      .map((one) => ({ ...beingOf(one), health: one.number('health', 1, 0, 1) }))
      .filter(isInSight)
      .sort((a, b) => a.health - b.health || byId(a, b)),
    visitors: own
      .objects('visitors')
      .map((one) => ({ ...beingOf(one), attitude: one.number('attitude', 0, -1, 1) }))
      .filter(isInSight)
      .sort((a, b) => a.distance - b.distance || byId(a, b)),
    hour: Math.floor(world.number('hour', 12, 0, 23.999)),
    weather: world.text('weather', 'clear'),
    alarm: world.flag('alarm'),
    danger: world.number('danger', 0, 0, 1),
    places: world.numbers('places', 0, FAR),
  };
}

/** How much of a threat it is, 0 to 1: near and strong. */
export function menace({ strength, distance }: Threat): number {
  return strength * (1 - distance / SIGHT);
}

function beingOf(one: Fields): Being {
  return { id: one.text('id'), distance: one.number('distance', 0, 0, FAR) };
}

function isInSight({ distance }: Being): boolean {
  return distance < SIGHT;
}

function byId(a: Being, b: Being): number {
  return a.id < b.id ? -1 : 1;
}

function roleOf(text: string): Role {
  if (Object.hasOwn(ROLES, text)) return text as Role;
  throw invalid(`situation.role must be one of ${Object.keys(ROLES).join(', ')}.`);
}
