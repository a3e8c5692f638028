import { GsysError } from '../lib/errors.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';

/**
 * Slot and state folder of an embedded environment.
 * @throws GsysError USAGE for any other: nothing of it runs on this machine
 */
export function requireEmbedded({ environment }: Fleet): { slot: number; stateDir: string } {
  if (environment.slot !== undefined) return { slot: environment.slot, stateDir: environment.stateDir };
  throw new GsysError('USAGE', `environment ${environment.name} is not the embedded platform`, {
    next: 'gsys local up --env local',
  });
}
