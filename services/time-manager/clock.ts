import { Code, ServiceError } from '../sdk/errors.ts';
import type { GameMs } from './calendar.ts';

/** From a real moment on, a world's clock shows this and runs at this rate. */
interface Segment {
  realMs: number;
  gameMs: GameMs;
  /** Game milliseconds a real one. */
  rate: number;
}

/** A world's clock, as it lies in the bucket: what it shows follows from the real time, so reading it writes nothing. */
export interface Clock {
  /** In the order of their times; the first one also holds before. */
  segments: [Segment, ...Segment[]];
  /** How often it was set: the same hour after a jump back is another hour. */
  generation: number;
}

/** A game day is a real hour. */
export const SCALE = 24;
/** How long a gradual change takes; milliseconds. */
export const GRADUAL_MS = 60_000;

/** Of a world that nobody has set: 1 January 1000 was the first hour of 2025, for every task alike. */
export const UNSET: Clock = {
  segments: [{ realMs: Date.UTC(2025, 0, 1), gameMs: Date.UTC(1000, 0, 1), rate: SCALE }],
  generation: 0,
};

export function gameAt(clock: Clock, realMs: number): GameMs {
  const { realMs: from, gameMs, rate } = segmentAt(clock, realMs);
  return Math.floor(gameMs + (realMs - from) * rate);
}

export function rateAt(clock: Clock, realMs: number): number {
  return segmentAt(clock, realMs).rate;
}

/** When the clock will show this, as it runs now. */
export function realAt({ segments }: Clock, gameMs: GameMs): number {
  const segment = segments.findLast((one) => one.gameMs <= gameMs) ?? segments[0];
  return Math.ceil(segment.realMs + (gameMs - segment.gameMs) / segment.rate);
}

/**
 * The clock that shows the target now, or when a minute has passed: then it has caught up with one that was set.
 * @throws ServiceError OUT_OF_RANGE for a gradual change backwards: time would run backwards
 */
export function setClock(clock: Clock, target: GameMs, gradual: boolean, realMs: number): Clock {
  const generation = clock.generation + 1;
  if (!gradual) return { segments: [{ realMs, gameMs: target, rate: SCALE }], generation };
  const present = gameAt(clock, realMs);
  if (target < present)
    throw new ServiceError(Code.OUT_OF_RANGE, 'target_time has passed: a gradual change goes forwards only.');
  const end = { realMs: realMs + GRADUAL_MS, gameMs: target + GRADUAL_MS * SCALE, rate: SCALE };
  const rate = (end.gameMs - present) / GRADUAL_MS;
  return { segments: [{ realMs, gameMs: present, rate }, end], generation };
}

function segmentAt({ segments }: Clock, realMs: number): Segment {
  return segments.findLast((one) => one.realMs <= realMs) ?? segments[0];
}
