import { post } from './asking.ts';
import type { Answer, Outcome } from './load.ts';

/** A player's setting that grows with each write, so that a write that was lost is seen. */
export interface Volume {
  write(player: number, n: number, signal: AbortSignal): Promise<Answer>;
  read(player: number, signal: AbortSignal): Promise<Answer>;
}

export function volumeAt(gatewayUrl: string): Volume {
  const settings = (what: string, body: object, signal: AbortSignal) =>
    post(new URL(`/settings/${what}`, gatewayUrl), body, signal);
  return {
    write: (player, n, signal) => {
      const setting = { key: 'volume_master', valueType: 'number', value: n / STEPS };
      return settings('update', { playerId: `p${player}`, merge: true, settings: [setting] }, signal);
    },
    read: (player, signal) =>
      settings('get', { playerId: `p${player}`, settingKeys: ['volume_master'] }, signal),
  };
}

/** It is between 0 and 1. */
const STEPS = 1_000_000;

/**
 * Whether a player has the last value that was acknowledged, or one that was sent later.
 * @param written by one worker for each player, of the same number
 */
export function isKept(written: Outcome[], player: number, { body }: Answer): boolean {
  const own = written.filter(({ worker }) => worker === player);
  const last = own.findLastIndex(({ answer }) => answer?.status === 200);
  return own.slice(Math.max(0, last)).some(({ n }) => n / STEPS === body.settings[0].value);
}
