import { type Mind, menace, type Threat } from './mind.ts';
import { ROLES } from './roles.ts';

/** Something that a character can want. Add one here, and it can. */
export interface Goal {
  name: string;
  /** 0 (not at all) to 1. */
  urgency(mind: Mind): number;
  /** Facts that are there when it is reached. */
  wants(mind: Mind): string[];
}

const HARSH = ['storm', 'blizzard', 'sandstorm'];
const NIGHT_FROM = 21;
const NIGHT_UNTIL = 5;
/** Places that keep weather and trouble out. */
export const SHELTERS = ['home', 'tavern'];
/** Meters: near enough for a word. */
const TALK = 10;

/** Where two are equally urgent, the first one counts. */
export const GOALS: Goal[] = [
  {
    name: 'fight',
    urgency: (mind) => (dares(mind) ? threatened(mind) : 0),
    wants: ({ role, alarm }) => ['threat_gone', ...(role === 'guard' && !alarm ? ['alarmed'] : [])],
  },
  {
    name: 'flee',
    urgency: (mind) => (dares(mind) ? 0 : threatened(mind)),
    wants: () => ['away'],
  },
  {
    name: 'rescue',
    urgency: ({ role, allies: [worst] }) =>
      ROLES[role].rescues && worst && worst.health < 0.5 ? 0.9 * (1 - worst.health) : 0,
    wants: () => ['ally_tended'],
  },
  { name: 'heal', urgency: ({ health }) => (health < 0.8 ? 1 - health : 0), wants: () => ['healthy'] },
  { name: 'eat', urgency: ({ hunger }) => (hunger > 0.4 ? 0.8 * hunger : 0), wants: () => ['fed'] },
  {
    name: 'sleep',
    urgency: (mind) => (mind.energy < 0.8 ? 0.7 * (1 - mind.energy) + (isNight(mind) ? 0.25 : 0) : 0),
    wants: () => ['rested'],
  },
  {
    name: 'shelter',
    urgency: ({ role, alarm, weather, at }) => {
      if (role === 'guard' || SHELTERS.includes(at)) return 0;
      if (alarm) return 0.65;
      return HARSH.includes(weather) ? 0.5 : 0;
    },
    wants: () => ['sheltered'],
  },
  {
    name: 'trade',
    urgency: (mind) => (mind.role === 'merchant' && isWelcome(mind) ? 0.45 : 0),
    wants: () => ['traded'],
  },
  { name: 'work', urgency: (mind) => (isAtWork(mind) ? 0.35 : 0), wants: () => ['worked'] },
  { name: 'greet', urgency: (mind) => (isWelcome(mind) ? 0.3 : 0), wants: () => ['greeted'] },
  { name: 'wait', urgency: () => 0.01, wants: () => ['waited'] },
];

function threatened({ threats: [worst] }: Mind): number {
  return worst ? 0.4 + 0.6 * menace(worst) : 0;
}

/** Whether it stands up to the worst threat in sight: nerve against strength. */
function dares(mind: Mind): boolean {
  const [worst] = mind.threats;
  return worst !== undefined && nerve(mind) >= strengthOf(mind.threats, worst);
}

function nerve({ courage, health, carries, allies, danger }: Mind): number {
  const armed = carries.includes('weapon') ? 1 : 0.6;
  const standing = allies.filter((ally) => ally.health >= 0.5).length;
  return courage * health * armed * (1 - 0.3 * danger) + 0.1 * standing;
}

/** Each one more makes it worse. */
function strengthOf(threats: Threat[], worst: Threat): number {
  return worst.strength + 0.1 * (threats.length - 1);
}

function isNight({ hour }: Mind): boolean {
  return hour >= NIGHT_FROM || hour < NIGHT_UNTIL;
}

function isWelcome({ visitors: [nearest] }: Mind): boolean {
  return nearest !== undefined && nearest.distance <= TALK && nearest.attitude >= 0;
}

function isAtWork({ role, hour }: Mind): boolean {
  const [from, until] = ROLES[role].works;
  return hour >= from && hour < until;
}
