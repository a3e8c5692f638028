import { Code, ServiceError } from '../sdk/errors.ts';
import { answer, type Deal } from './deal.ts';
import type { Harvest, Part } from './harvest.ts';

/** All of a player's trade, as it lies in the bucket: one value, so that a deal is done in one write or not at all. */
export interface Player {
  parts: Part[];
  drugs: Record<string, number>;
  coins: number;
  xp: number;
  morality: number;
  /** With the families, -100 to 100. */
  standing: Record<string, number>;
  /** The last ones; whatever became of them. */
  deals: Deal[];
  dealsDone: number;
  /** The last harvests that are in here. */
  harvests: string[];
}

export const NEW_PLAYER: Player = {
  parts: [],
  drugs: {},
  coins: 0,
  xp: 0,
  morality: 0,
  standing: {},
  deals: [],
  dealsDone: 0,
  harvests: [],
};

const MAX_PARTS = 200;
const MAX_DEALS = 50;
const MAX_HARVESTS = 200;
const MOST_STANDING = 100;

/** @throws ServiceError RESOURCE_EXHAUSTED */
export function assertRoom({ parts }: Player, more: number): void {
  if (parts.length + more > MAX_PARTS)
    throw new ServiceError(Code.RESOURCE_EXHAUSTED, `An inventory holds ${MAX_PARTS} parts at most.`);
}

/** @returns undefined when the harvest is in there already */
export function withHarvest(player: Player, { id, parts, xp, morality }: Harvest): Player | undefined {
  if (player.harvests.includes(id)) return undefined;
  assertRoom(player, parts.length);
  return {
    ...player,
    parts: [...player.parts, ...parts],
    xp: player.xp + xp,
    morality: player.morality + morality,
    harvests: [...player.harvests, id].slice(-MAX_HARVESTS),
  };
}

export interface Wish {
  playerId: string;
  familyId: string;
  partIds: string[];
  drug: string;
  quantity: number;
}

/**
 * What the family answers. The same offer has its answer already, and changes nothing.
 * @throws ServiceError NOT_FOUND for a part that the player does not have
 */
export function withOffer(player: Player, { partIds, ...wish }: Wish): { deal: Deal; next?: Player } {
  const { deals, dealsDone } = player;
  const parts = partsOf(player, partIds);
  if (parts.length < partIds.length)
    throw new ServiceError(Code.NOT_FOUND, 'offered_parts has one that the player does not have.');
  const deal = answer({ ...wish, parts, dealsDone, standing: player.standing[wish.familyId] ?? 0 });
  const before = deals.find(({ id }) => id === deal.id);
  if (before) return { deal: before };
  // An insult is felt at once; a deal's good has to be earned.
  const standing = withStanding(player.standing, deal.familyId, Math.min(0, deal.relationship));
  return { deal, next: { ...player, standing, deals: [...deals, deal].slice(-MAX_DEALS) } };
}

/** @throws ServiceError NOT_FOUND */
export function dealOf({ deals }: Player, dealId: string): Deal {
  const deal = deals.find(({ id }) => id === dealId);
  if (deal && deal.status !== 'refused') return deal;
  throw new ServiceError(Code.NOT_FOUND, 'The player has no such deal.');
}

/**
 * The player after a deal, or undefined when it was done before.
 * @throws ServiceError NOT_FOUND, FAILED_PRECONDITION
 */
export function withDealDone(player: Player, dealId: string): Player | undefined {
  const deal = dealOf(player, dealId);
  if (deal.status === 'done') return undefined;
  const { familyId, drug, quantity, coins, relationship } = deal;
  if (partsOf(player, deal.partIds).length < deal.partIds.length)
    throw new ServiceError(Code.FAILED_PRECONDITION, 'A part of this deal was traded away since.');
  return {
    ...player,
    parts: player.parts.filter(({ id }) => !deal.partIds.includes(id)),
    drugs: { ...player.drugs, [drug]: (player.drugs[drug] ?? 0) + quantity },
    coins: player.coins + coins,
    standing: withStanding(player.standing, familyId, Math.max(0, relationship)),
    deals: player.deals.map((one) => (one === deal ? { ...deal, status: 'done' } : one)),
    dealsDone: player.dealsDone + 1,
  };
}

function partsOf({ parts }: Player, ids: string[]): Part[] {
  return parts.filter(({ id }) => ids.includes(id));
}

function withStanding(standing: Player['standing'], familyId: string, change: number): Player['standing'] {
  const sum = (standing[familyId] ?? 0) + change;
  return change === 0
    ? standing
    : { ...standing, [familyId]: Math.max(-MOST_STANDING, Math.min(MOST_STANDING, sum)) };
}
