import { ConditionType } from '../gen/weather_manager_pb.js';
import { draw, seedOf } from '../sdk/draw.ts';
import { type Condition, effectsOf, round, visibilityOf } from './condition.ts';
import type { GameMs } from './world-clock.ts';

interface Climate {
  /** Of the year, and how far summer and afternoon are above it; °C. */
  celsius: number;
  summer: number;
  afternoon: number;
  /** 0 (never rains) to 1. */
  wet: number;
  /** On average. */
  windKmh: number;
}

/** In the manner of https://en.wikipedia.org/wiki/K%C3%B6ppen_climate_classification, north of the equator. */
const CLIMATES: [Climate, ...Climate[]] = [
  { celsius: 10, summer: 9, afternoon: 4, wet: 0.55, windKmh: 18 }, // oceanic
  { celsius: 6, summer: 17, afternoon: 6, wet: 0.45, windKmh: 14 }, // continental
  { celsius: 17, summer: 9, afternoon: 6, wet: 0.35, windKmh: 14 }, // mediterranean
  { celsius: 24, summer: 9, afternoon: 11, wet: 0.1, windKmh: 22 }, // desert
  { celsius: 26, summer: 2, afternoon: 4, wet: 0.7, windKmh: 10 }, // rainforest
  { celsius: -9, summer: 13, afternoon: 3, wet: 0.4, windKmh: 26 }, // tundra
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365.2425 * DAY_MS;
/** The warmest day of a year, counted from its begin, and hour of a day. */
const MIDSUMMER_MS = 200 * DAY_MS;
const WARMEST_HOUR = 15;

/** Moisture from which on there are clouds, no sun, and rain. */
const [CLOUDY, OVERCAST, RAIN] = [0.45, 0.58, 0.68];
const BLIZZARD_KMH = 40;
const SANDSTORM_KMH = 55;
const FOG_KMH = 12;

/** The weather that a zone's climate makes of a moment: it stays for the game hour, and is the same on every task. */
export function naturalAt(world: string, zone: string, at: GameMs): Condition {
  const seed = seedOf('weather', world, zone);
  const { celsius, summer, afternoon, wet, windKmh } = climateOf(seed);
  const hour = Math.floor(at / HOUR_MS);
  const air = noise(seed + 1, hour, 9) * 0.7 + noise(seed + 2, hour, 50) * 0.3;
  const moisture = air + (wet - 0.5) * 0.7;
  const sky = {
    moisture,
    celsius: round(
      celsius +
        summer * Math.cos((2 * Math.PI * (hour * HOUR_MS - MIDSUMMER_MS)) / YEAR_MS) +
        // Clouds keep the day's heat off, and the night's in.
        afternoon * (moisture > OVERCAST ? 0.4 : 1) * Math.cos((2 * Math.PI * (hour - WARMEST_HOUR)) / 24) +
        8 * (noise(seed + 3, hour, 30) - 0.5),
      1,
    ),
    // It blows harder where it rains.
    windKmh: round(
      windKmh * (0.2 + 3 * noise(seed + 4, hour, 7) ** 2) * (1 + 3 * Math.max(0, moisture - RAIN)),
      1,
    ),
    isDry: wet < 0.2,
  };
  const [type, intensity] = conditionOf(sky);
  const condition = {
    type,
    intensity: round(Math.min(1, Math.max(0, intensity)), 2),
    celsius: sky.celsius,
    windKmh: sky.windKmh,
  };
  const visibilityMeters = visibilityOf(type, condition.intensity);
  return { ...condition, visibilityMeters, effects: effectsOf({ ...condition, visibilityMeters }) };
}

function climateOf(seed: number): Climate {
  return CLIMATES[Math.floor(draw(seed, 0) * CLIMATES.length)] ?? CLIMATES[0];
}

interface Sky {
  moisture: number;
  celsius: number;
  windKmh: number;
  isDry: boolean;
}

/** @returns what it is, and how much of it */
function conditionOf({ moisture, celsius, windKmh, isDry }: Sky): [ConditionType, number] {
  if (moisture >= RAIN) {
    const amount = (moisture - RAIN) / 0.3;
    if (celsius <= 0) return [windKmh >= BLIZZARD_KMH ? ConditionType.BLIZZARD : ConditionType.SNOW, amount];
    return [amount > 0.5 && celsius > 8 ? ConditionType.STORM : ConditionType.RAIN, amount];
  }
  if (isDry && windKmh >= SANDSTORM_KMH) return [ConditionType.SANDSTORM, (windKmh - SANDSTORM_KMH) / 30];
  if (moisture >= OVERCAST) {
    const amount = (moisture - OVERCAST) / (RAIN - OVERCAST);
    return [windKmh <= FOG_KMH && celsius < 15 ? ConditionType.FOG : ConditionType.OVERCAST, amount];
  }
  if (moisture >= CLOUDY) return [ConditionType.CLOUDY, (moisture - CLOUDY) / (OVERCAST - CLOUDY)];
  return [ConditionType.CLEAR, 1 - moisture / CLOUDY];
}

/** From 0 to 1, and smooth: drawn anew every so many hours, and gone over to in between. */
function noise(seed: number, hour: number, every: number): number {
  const knot = Math.floor(hour / every);
  const share = hour / every - knot;
  const smooth = share * share * (3 - 2 * share);
  return draw(seed, knot) * (1 - smooth) + draw(seed, knot + 1) * smooth;
}
