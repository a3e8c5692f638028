import { type GameTime, GetTimeRequestSchema, GetTimeResponseSchema } from '../gen/time_manager_pb.js';
import type { Caller } from '../sdk/caller.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Origin } from '../sdk/request-context.ts';

/** Milliseconds since 1970 of the world's calendar. */
export type GameMs = number;

/** A world's clock as it runs now: one pair of moments, and game milliseconds a real one. */
export interface WorldClock {
  realMs: number;
  gameMs: GameMs;
  scale: number;
}

const GET_TIME = {
  subject: 'svc.time.v1.get_time',
  request: GetTimeRequestSchema,
  response: GetTimeResponseSchema,
};
/** What it takes to tell whoever asks for the weather that nobody told the time; milliseconds. */
const TO_ANSWER_MS = 500;

/** Asks the time-manager. What it refuses is refused: a world without a clock has no weather. */
export function worldClock(caller: Caller): (worldId: string, origin: Origin) => Promise<WorldClock> {
  return async (worldId, origin) => {
    const timeoutMs = Math.max(TO_ANSWER_MS, origin.remainingMs() - TO_ANSWER_MS);
    const reply = await caller.ask(GET_TIME, { worldId }, origin, { timeoutMs });
    if (!reply.gameTime || !(reply.timeScale > 0))
      throw new ServiceError(Code.UNAVAILABLE, 'The time-manager told no time.');
    return { realMs: Number(reply.realTimeMs), gameMs: toMs(reply.gameTime), scale: reply.timeScale };
  };
}

export function toReal({ realMs, gameMs, scale }: WorldClock, at: GameMs): number {
  return Math.round(realMs + (at - gameMs) / scale);
}

function toMs({ year, month, day, hour, minute, second }: GameTime): GameMs {
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 for the twentieth century.
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second);
}
