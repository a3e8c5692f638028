import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type GameTime, GetTimeRequestSchema, GetTimeResponseSchema } from '../gen/time_manager_pb.js';
import { call } from '../sdk/call.ts';
import type { Link } from '../sdk/connect.ts';
import { Code, ServiceError } from '../sdk/errors.ts';

/** Milliseconds since 1970 of the world's calendar. */
export type GameMs = number;

/** A world's clock as it runs now: one pair of moments, and game milliseconds a real one. */
export interface WorldClock {
  realMs: number;
  gameMs: GameMs;
  scale: number;
}

const GET_TIME = { subject: 'svc.time.v1.get_time', timeoutMs: 1_000, idempotent: true };

/** Asks the time-manager. What it refuses is refused: a world without a clock has no weather. */
export function worldClock(link: Link): (worldId: string) => Promise<WorldClock> {
  return async (worldId) => {
    const request = toBinary(GetTimeRequestSchema, create(GetTimeRequestSchema, { worldId }));
    const reply = fromBinary(GetTimeResponseSchema, await call(link, GET_TIME, request));
    if (reply.error) throw new ServiceError(reply.error.code, reply.error.message);
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
