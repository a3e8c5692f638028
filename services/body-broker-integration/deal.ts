import { hashOf } from '../sdk/hash.ts';
import { DRUGS, FAMILIES, type Family, PARTS } from './catalogue.ts';
import type { Part } from './harvest.ts';

/** What a family answered to an offer, and what became of it. */
export interface Deal {
  id: string;
  familyId: string;
  partIds: string[];
  /** What was asked for is what is given. */
  isAccepted: boolean;
  /** What is given; of a refused one nothing. */
  drug: string;
  quantity: number;
  coins: number;
  relationship: number;
  /** When it was offered. */
  standing: number;
  status: 'open' | 'refused' | 'done';
}

export interface Offer {
  playerId: string;
  familyId: string;
  parts: Part[];
  drug: string;
  quantity: number;
  /** The player's, with the family: -100 to 100. */
  standing: number;
  /** Deals that the player has completed: after one, the same offer is another one. */
  dealsDone: number;
}

/** A family that thinks less of a player does no business with them. */
const LEAST_STANDING = -50;
const MAX_QUANTITY = 1_000;

/** What the family says to an offer. The same offer gets the same answer. */
export function answer(offer: Offer): Deal {
  const { playerId, familyId, parts, drug, quantity, standing, dealsDone } = offer;
  const family = FAMILIES[familyId] as Family;
  const partIds = parts.map(({ id }) => id).sort();
  const id = hashOf('deal', playerId, familyId, ...partIds, drug, quantity, dealsDone);
  const deal = { id, familyId, partIds, standing };
  const refused = { ...deal, isAccepted: false, drug: '', quantity: 0, coins: 0, status: 'refused' as const };
  if (standing <= LEAST_STANDING) return { ...refused, relationship: 0 };

  const value = parts.map((part) => worthOf(part, family)).reduce((a, b) => a + b);
  const isSold = family.sells.includes(drug);
  const ratio = isSold ? value / (quantity * priceOf(drug, standing)) : 1;
  const open = { ...deal, status: 'open' as const };
  if (isSold && ratio >= 1)
    return { ...open, isAccepted: true, drug, quantity, coins: 0, relationship: thanks(ratio) };
  const relationship = ratio < 0.5 ? -2 : 0;
  const instead = counterOffer(value, [...(isSold ? [drug] : []), ...family.sells], standing);
  return instead ? { ...open, isAccepted: false, ...instead, relationship } : { ...refused, relationship };
}

/** Coins. */
function worthOf({ type, quality, freshness }: Part, { likes, dislikes }: Family): number {
  const taste = type === likes ? 1.5 : type === dislikes ? 0.5 : 1;
  return (PARTS[type]?.value ?? 0) * (0.3 + 0.7 * quality) * (0.5 + 0.5 * freshness) * taste;
}

/** Coins: a quarter less for the best of friends, a quarter more for the worst. */
function priceOf(drug: string, standing: number): number {
  return (DRUGS[drug] ?? 0) * (1 - standing / 400);
}

/** Of the first drug that the parts are worth: as much as they are worth, and coins for the rest. */
function counterOffer(value: number, drugs: string[], standing: number) {
  for (const drug of drugs) {
    const price = priceOf(drug, standing);
    const quantity = Math.min(MAX_QUANTITY, Math.floor(value / price));
    if (quantity >= 1) return { drug, quantity, coins: Math.floor(value - quantity * price) };
  }
  return undefined;
}

/** Whoever gives more than is asked for is remembered for it. */
function thanks(ratio: number): number {
  if (ratio >= 2) return 3;
  return ratio >= 1.25 ? 2 : 1;
}
