import { ConditionType } from '../gen/weather_manager_pb.js';

/** Weather of a moment, complete. */
export interface Condition {
  type: ConditionType;
  /** 0 to 1. */
  intensity: number;
  celsius: number;
  windKmh: number;
  visibilityMeters: number;
  effects: string[];
}

/** Meters one sees where a condition is at its weakest, and at its strongest. */
const VISIBILITY: Record<ConditionType, [number, number]> = {
  [ConditionType.UNSPECIFIED]: [0, 0],
  [ConditionType.CLEAR]: [40_000, 30_000],
  [ConditionType.CLOUDY]: [30_000, 20_000],
  [ConditionType.OVERCAST]: [20_000, 10_000],
  // Fog is what lets one see less than a kilometer: https://cloudatlas.wmo.int/en/fog.html
  [ConditionType.FOG]: [999, 50],
  [ConditionType.RAIN]: [10_000, 2_000],
  [ConditionType.STORM]: [5_000, 1_000],
  [ConditionType.SNOW]: [5_000, 500],
  [ConditionType.BLIZZARD]: [400, 50],
  [ConditionType.SANDSTORM]: [900, 50],
};

/** A gale begins here: 8 of Beaufort. */
const GALE_KMH = 62;
const COLD_CELSIUS = -10;
const HEAT_CELSIUS = 35;
const LOW_VISIBILITY_METERS = 1_000;

export function visibilityOf(type: ConditionType, intensity: number): number {
  const [weakest, strongest] = VISIBILITY[type];
  return Math.round(weakest + (strongest - weakest) * intensity);
}

/** What players and their surroundings feel of it. */
export function effectsOf({
  type,
  celsius,
  windKmh,
  visibilityMeters,
}: Omit<Condition, 'effects'>): string[] {
  const isWet = type === ConditionType.RAIN || type === ConditionType.STORM;
  const isWhite = type === ConditionType.SNOW || type === ConditionType.BLIZZARD;
  const felt: [string, boolean][] = [
    ['wet_ground', isWet && celsius > 0],
    ['slippery_ground', isWhite || (isWet && celsius <= 0)],
    ['low_visibility', visibilityMeters < LOW_VISIBILITY_METERS],
    ['strong_wind', windKmh >= GALE_KMH],
    ['lightning', type === ConditionType.STORM],
    ['dust', type === ConditionType.SANDSTORM],
    ['cold', celsius <= COLD_CELSIUS],
    ['heat', celsius >= HEAT_CELSIUS],
  ];
  return felt.filter(([, isFelt]) => isFelt).map(([effect]) => effect);
}

/** The weather between two: numbers go over, type and effects change at half. @param share 0 to 1 */
export function blend(from: Condition, to: Condition, share: number): Condition {
  if (share >= 1) return to;
  const between = (a: number, b: number, digits: number) => round(a + (b - a) * share, digits);
  const { type, effects } = share < 0.5 ? from : to;
  return {
    type,
    intensity: between(from.intensity, to.intensity, 2),
    celsius: between(from.celsius, to.celsius, 1),
    windKmh: between(from.windKmh, to.windKmh, 1),
    visibilityMeters: between(from.visibilityMeters, to.visibilityMeters, 0),
    effects,
  };
}

/** Also so that what is computed twice is the same to the last bit. */
export function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
