import type { JsonObject } from '@bufbuild/protobuf';
import { hashOf } from '../sdk/hash.ts';
import { type GameMs, HOUR_MS } from './calendar.ts';

/** An event that waits for its game time, as it lies in the bucket. */
export interface Schedule {
  id: string;
  world: string;
  eventId: string;
  callback: string;
  payload: JsonObject;
  due: GameMs;
  /** Game hours between triggers; absent: there is but one. */
  everyHours?: number;
  /** The task that is about to publish it, and until when the others leave it to that one; milliseconds. */
  claim?: { by: string; until: number };
}

/** A task that has claimed a trigger and not done it within this time is taken for dead; milliseconds. */
export const CLAIM_MS = 10_000;

/** One service's event of a world: whoever schedules it again replaces it. */
export function scheduleId(world: string, owner: string, eventId: string): string {
  return hashOf(world, owner, eventId);
}

/** The schedule with our claim on it, or undefined when it is not ours to trigger: done, moved, or another's. */
export function claimed(current: Schedule | undefined, due: GameMs, by: string, now: number) {
  if (current?.due !== due || (current.claim && current.claim.until > now)) return undefined;
  return { ...current, claim: { by, until: now + CLAIM_MS } };
}

/**
 * What is left when a trigger is done: the next one, or null for none. Triggers that a clock set forward has jumped
 * over are left out. Undefined when the schedule was replaced meanwhile.
 */
export function afterTrigger(
  current: Schedule | undefined,
  { due, claim }: Schedule,
  game: GameMs,
): Schedule | null | undefined {
  if (current?.due !== due || current.claim?.by !== claim?.by) return undefined;
  const { claim: _, ...rest } = current;
  if (rest.everyHours === undefined) return null;
  const step = rest.everyHours * HOUR_MS;
  return { ...rest, due: due + step * Math.max(1, Math.ceil((game - due + 1) / step)) };
}
