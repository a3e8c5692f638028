import { Code, ServiceError } from '../sdk/errors.ts';
import { safeKey } from '../sdk/kv.ts';

/** Keys of the bucket. */
export const CLOCKS = 'clock.';
export const SCHEDULES = 'schedule.';
/** The last hour that was announced. */
export const HOURS = 'hour.';

const DEFAULT_WORLD = 'default';
/** Bytes. */
const MAX_WORLD = 64;

/** @throws ServiceError INVALID_ARGUMENT */
export function worldOf(worldId: string): string {
  if (Buffer.byteLength(worldId) > MAX_WORLD)
    throw new ServiceError(Code.INVALID_ARGUMENT, `world_id is longer than ${MAX_WORLD} bytes.`);
  return worldId || DEFAULT_WORLD;
}

export function clockKey(world: string): string {
  return `${CLOCKS}${safeKey(world)}`;
}
