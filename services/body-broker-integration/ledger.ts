import { type Bucket, safeKey } from '../sdk/kv.ts';
import { type Cut, type Harvest, harvest, harvestId, type Target } from './harvest.ts';
import { assertRoom, NEW_PLAYER, type Player, withHarvest } from './player.ts';

/** The targets and players that all tasks share. */
export interface Ledger {
  /** @param change is pure; what it throws leaves everything as it was, what it returns undefined for too */
  changePlayer(id: string, change: (player: Player) => Player | undefined): Promise<void>;
  /**
   * Takes parts from a target and puts them into the player's inventory: once, however often and by whichever task it
   * is asked for.
   */
  harvest(cut: Cut): Promise<Harvest>;
}

export function ledgerOf(bucket: Bucket): Ledger {
  const changePlayer: Ledger['changePlayer'] = (id, change) =>
    bucket.update<Player>(playerKey(id), (player = NEW_PLAYER) => change(player));

  return {
    changePlayer,
    // Two values cannot be written at once. Whose the parts are is settled at the target; a task that dies after that
    // leaves a harvest that is not delivered, and the same request delivers it: the inventory knows what is in there.
    harvest: async (cut) => {
      const id = harvestId(cut);
      const player = (await bucket.get<Player>(playerKey(cut.playerId))) ?? NEW_PLAYER;
      let taken: Harvest | undefined;
      await bucket.update<Target>(targetKey(cut.targetId), (target = { harvests: [] }) => {
        taken = target.harvests.find((one) => one.id === id);
        if (taken) return undefined;
        assertRoom(player, cut.types.length);
        taken = harvest(target, cut, player.xp);
        return { harvests: [...target.harvests, taken] };
      });
      const mine = taken as Harvest;
      if (mine.isDelivered) return mine;
      await changePlayer(cut.playerId, (player) => withHarvest(player, mine));
      await bucket.update<Target>(targetKey(cut.targetId), (target) => delivered(target, id));
      return mine;
    },
  };
}

function delivered(target: Target | undefined, harvestId: string): Target | undefined {
  const open = target?.harvests.find(({ id, isDelivered }) => id === harvestId && !isDelivered);
  if (!target || !open) return undefined;
  return { harvests: target.harvests.map((one) => (one === open ? { ...one, isDelivered: true } : one)) };
}

function playerKey(playerId: string): string {
  return `player.${safeKey(playerId)}`;
}

function targetKey(targetId: string): string {
  return `target.${safeKey(targetId)}`;
}
