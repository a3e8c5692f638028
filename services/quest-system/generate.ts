import type { JsonObject } from '@bufbuild/protobuf';
import { type Dice, diceOf } from '../sdk/draw.ts';
import { hashOf } from '../sdk/hash.ts';
import type { Situation } from './context.ts';
import { KINDS, type Kind, type Scene } from './kinds.ts';
import { enemiesFor, ITEMS, NPCS, PLACES } from './words.ts';

export type Difficulty = 'easy' | 'normal' | 'hard';

export interface Wish {
  playerId: string;
  seed: bigint;
  situation: Situation;
  difficulty: Difficulty;
}

export interface Quest {
  questId: string;
  title: string;
  description: string;
  objectives: Objective[];
  tags: string[];
}

interface Objective {
  objectiveId: string;
  description: string;
  type: string;
  params: JsonObject;
}

interface Scale {
  /** Objectives, least and most. */
  objectives: [number, number];
  /** How much of what is counted. */
  amount: number;
  /** Levels of enemies above the player's. */
  above: number;
  isTimed: boolean;
}

const SCALES: Record<Difficulty, Scale> = {
  easy: { objectives: [1, 2], amount: 0.6, above: -2, isTimed: false },
  normal: { objectives: [2, 3], amount: 1, above: 0, isTimed: false },
  hard: { objectives: [3, 5], amount: 1.8, above: 3, isTimed: true },
};

/** How much likelier a kind is for which the caller named something, and one that the player likes. */
const NAMED = 3;
const PREFERRED = 3;

/** The quest that follows from a wish: the same one for the same wish. */
export function generate(wish: Wish): Quest {
  const { playerId, seed, situation, difficulty } = wish;
  const asked = JSON.stringify([playerId, String(seed), difficulty, situation]);
  const dice = diceOf(asked);
  const scale = SCALES[difficulty];
  const parts = kindsFor(situation, dice.between(...scale.objectives), dice).map((kind) => ({
    kind,
    scene: sceneFor(situation, scale, dice),
  }));
  const objectives = parts.map(({ kind, scene }, i) => ({
    objectiveId: `o-${i + 1}`,
    description: kind.describe(scene),
    type: kind.type,
    params: kind.params(scene),
  }));
  const last = objectives.at(-1);
  if (scale.isTimed && last) last.params.time_limit_minutes = 10 + 5 * dice.between(0, 4);
  const { kind, scene } = dice.pick(parts);
  return {
    questId: `q-${hashOf(asked)}`,
    title: kind.title(scene),
    description: [circumstances(situation), ...objectives.map(({ description }) => description)].join(' '),
    objectives,
    tags: tagsOf(wish, objectives),
  };
}

/** As many kinds as wanted, none twice, where so many fit. */
function kindsFor(situation: Situation, wanted: number, dice: Dice): Kind[] {
  const { completed, preferred } = situation;
  const fresh = KINDS.filter(({ type }) => !completed.includes(type));
  const chosen = new Set<Kind>();
  const weight = (kind: Kind) => {
    const isNamed = kind.uses.some((list) => situation[list].length > 0);
    return kind.fits(situation) * (isNamed ? NAMED : 1) * (preferred.includes(kind.type) ? PREFERRED : 1);
  };
  // What the player has had of late comes only when there is nothing else.
  for (const kinds of [fresh, KINDS])
    while (chosen.size < wanted) {
      const kind = dice.weighed(
        kinds.filter((one) => !chosen.has(one)),
        weight,
      );
      if (kind === undefined) break;
      chosen.add(kind);
    }
  return KINDS.filter((kind) => chosen.has(kind));
}

function sceneFor(situation: Situation, { amount, above }: Scale, dice: Dice): Scene {
  const { level, location } = situation;
  const one = (named: string[], otherwise: string[]) => dice.pick(named.length > 0 ? named : otherwise);
  const places = situation.places.length > 0 || location === undefined ? situation.places : [location];
  return {
    place: one(places, PLACES),
    npc: one(situation.npcs, NPCS),
    item: one(situation.items, ITEMS),
    enemy: one(situation.enemies, enemiesFor(level)),
    enemyLevel: Math.max(1, level + above),
    count: Math.max(1, Math.round((3 + level / 8) * amount * (0.8 + 0.4 * dice.roll()))),
    minutes: Math.max(1, Math.round(5 * amount * (0.8 + 0.4 * dice.roll()))),
  };
}

function circumstances({ location, timeOfDay, weather }: Situation): string {
  const when = [timeOfDay, weather].filter((one) => one !== undefined).join(', ');
  const where = location === undefined ? 'Somebody asks for help' : `Somebody at ${location} asks for help`;
  return when === '' ? `${where}.` : `${where} (${when}).`;
}

function tagsOf({ difficulty, situation }: Wish, objectives: Objective[]): string[] {
  const { timeOfDay, weather } = situation;
  const all = [difficulty, ...objectives.map(({ type }) => type), timeOfDay, weather];
  return [...new Set(all.filter((tag) => tag !== undefined))].sort();
}
