import { type Bucket, safeKey } from '../sdk/kv.ts';
import type { Records } from '../sdk/records.ts';
import { type Cut, type Harvest, harvest, harvestId, type Target } from './harvest.ts';
import { assertRoom, NEW_PLAYER, type Player, withHarvest } from './player.ts';

/** What all tasks share. */
export interface Ledger {
  players: Records;
  /** Bodies. */
  targets: Bucket;
}

/**
 * Takes parts from a target and puts them into the player's inventory: once, however often and by whichever task it is
 * asked for.
 */
export async function deliver({ players, targets }: Ledger, cut: Cut): Promise<Harvest> {
  // Two values cannot be written at once. Whose the parts are is settled at the target; a task that dies after that
  // leaves a harvest that is not delivered, and the same request delivers it: the inventory knows what is in there.
  const id = harvestId(cut);
  const player = (await players.get<Player>(playerKey(cut.playerId))) ?? NEW_PLAYER;
  let taken: Harvest | undefined;
  await targets.update<Target>(targetKey(cut.targetId), (target = { harvests: [] }) => {
    taken = target.harvests.find((one) => one.id === id);
    if (taken) return undefined;
    assertRoom(player, cut.types.length);
    taken = harvest(target, cut, player.xp);
    return { harvests: [...target.harvests, taken] };
  });
  const mine = taken as Harvest;
  if (mine.isDelivered) return mine;
  await players.update<Player>(playerKey(cut.playerId), (player = NEW_PLAYER) => withHarvest(player, mine));
  await targets.update<Target>(targetKey(cut.targetId), (target) => delivered(target, id));
  return mine;
}

function delivered(target: Target | undefined, harvestId: string): Target | undefined {
  const open = target?.harvests.find(({ id, isDelivered }) => id === harvestId && !isDelivered);
  if (!target || !open) return undefined;
  return { harvests: target.harvests.map((one) => (one === open ? { ...one, isDelivered: true } : one)) };
}

export function playerKey(playerId: string): string {
  return `player.${safeKey(playerId)}`;
}

function targetKey(targetId: string): string {
  return `target.${safeKey(targetId)}`;
}
