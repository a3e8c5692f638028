import { diceOf } from '../sdk/draw.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { hashOf } from '../sdk/hash.ts';
import { PARTS, TOOLS } from './catalogue.ts';

export interface Part {
  id: string;
  type: string;
  /** 0 to 1. */
  quality: number;
  freshness: number;
  tool: string;
}

/** What one request took from a target. */
export interface Harvest {
  id: string;
  playerId: string;
  parts: Part[];
  xp: number;
  /** Negative. */
  morality: number;
  /** The parts are in the player's inventory; from then on they are never put there again. */
  isDelivered: boolean;
}

/** A body, as it lies in the bucket: who has taken what. */
export interface Target {
  harvests: Harvest[];
}

export interface Cut {
  playerId: string;
  targetId: string;
  /** Sorted, each once. */
  types: string[];
  tool: string;
  circumstances: Circumstances;
}

export interface Circumstances {
  hoursSinceDeath: number;
  /** 0 to 1. */
  condition: number;
  consented: boolean;
}

/** After this nothing of a body is fresh; hours. */
const SPOILED = 48;
/** Experience of a master. */
const MASTER = 2_500;

/** The same parts of the same target, taken by the same player, are one harvest. */
export function harvestId({
  playerId,
  targetId,
  types,
}: Pick<Cut, 'playerId' | 'targetId' | 'types'>): string {
  return hashOf('harvest', playerId, targetId, ...types);
}

/**
 * @param xp the player's
 * @throws ServiceError CONFLICT where another harvest has a part of this one
 */
export function harvest({ harvests }: Target, cut: Cut, xp: number): Harvest {
  const { playerId, types, circumstances } = cut;
  const gone = types.find((type) => harvests.some(({ parts }) => parts.some((part) => part.type === type)));
  if (gone) throw new ServiceError(Code.CONFLICT, `The ${gone} of this target was taken already.`);
  const id = harvestId(cut);
  const parts = types.map((type) => partOf(id, type, cut, xp));
  const burden = types.map((type) => PARTS[type]?.burden ?? 0).reduce(sum);
  return {
    ...{ id, playerId, parts, isDelivered: false },
    xp: parts.map(({ type, quality }) => Math.round((PARTS[type]?.xp ?? 0) * (0.5 + quality))).reduce(sum),
    // Never -0, which is another value to whoever compares.
    morality: 0 - Math.round(burden * (circumstances.consented ? 0.5 : 1)),
  };
}

/** The body decides, and the hand that cuts: the right tool, a skilled one, and soon. */
function partOf(harvestId: string, type: string, { targetId, tool, circumstances }: Cut, xp: number): Part {
  const fit = PARTS[type]?.tool === tool ? 1 : (TOOLS[tool] ?? 0);
  const skill = 0.6 + 0.4 * Math.sqrt(Math.min(1, xp / MASTER));
  const body = circumstances.condition * (0.8 + 0.4 * diceOf(targetId, type).roll());
  return {
    ...{ id: `${harvestId}-${type}`, type, tool },
    quality: share(fit * skill * body),
    freshness: share(1 - circumstances.hoursSinceDeath / SPOILED),
  };
}

function share(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 100) / 100;
}

function sum(a: number, b: number): number {
  return a + b;
}
