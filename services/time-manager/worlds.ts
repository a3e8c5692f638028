import { optionalTextOf } from '../sdk/fields.ts';
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
  return optionalTextOf('world_id', worldId, MAX_WORLD) || DEFAULT_WORLD;
}

export function clockKey(world: string): string {
  return `${CLOCKS}${safeKey(world)}`;
}
