import type { JsonObject } from '@bufbuild/protobuf';
import type { Situation } from './context.ts';

/** What one objective is about; all of it is rolled, each kind takes what it needs. */
export interface Scene {
  place: string;
  npc: string;
  item: string;
  enemy: string;
  enemyLevel: number;
  /** How many, and how long in minutes. */
  count: number;
  minutes: number;
}

/** A kind of objective. Add one here, and quests have it. */
export interface Kind {
  type: string;
  /** What the caller can name for it. */
  uses: ('places' | 'npcs' | 'items' | 'enemies')[];
  /** How well it fits the situation; 0: not at all. */
  fits(situation: Situation): number;
  title(scene: Scene): string;
  describe(scene: Scene): string;
  params(scene: Scene): JsonObject;
}

const HARSH = ['storm', 'blizzard', 'sandstorm', 'snow', 'fog'];
const isNight = ({ timeOfDay }: Situation) => timeOfDay === 'night';
const isHarsh = ({ weather }: Situation) => weather !== undefined && HARSH.includes(weather);

/** In the order in which a quest's objectives make sense. */
export const KINDS: Kind[] = [
  {
    type: 'talk',
    uses: ['npcs'],
    fits: (situation) => (isNight(situation) ? 0.5 : 1),
    title: ({ npc }) => `What ${npc} knows`,
    describe: ({ npc, place }) => `Find ${npc} near ${place} and listen.`,
    params: ({ npc, place }) => ({ npc, place }),
  },
  {
    type: 'explore',
    uses: ['places'],
    fits: (situation) => (isHarsh(situation) ? 0.3 : 1),
    title: ({ place }) => `The way to ${place}`,
    describe: ({ place }) => `Go to ${place} and see what has changed.`,
    params: ({ place }) => ({ place }),
  },
  {
    type: 'collect',
    uses: ['items'],
    fits: (situation) => (isHarsh(situation) ? 0.5 : 1),
    title: ({ item, place }) => `${capital(item)} from ${place}`,
    describe: ({ item, count, place }) => `Gather ${count} × ${item} around ${place}.`,
    params: ({ item, count, place }) => ({ item, count, place }),
  },
  {
    type: 'defeat',
    uses: ['enemies'],
    fits: (situation) => (isNight(situation) ? 2 : 1),
    title: ({ enemy, place }) => `The ${enemy} of ${place}`,
    describe: ({ enemy, enemyLevel, count, place }) =>
      `Defeat ${count} × ${enemy} (level ${enemyLevel}) at ${place}.`,
    params: ({ enemy, enemyLevel, count, place }) => ({ enemy, enemy_level: enemyLevel, count, place }),
  },
  {
    type: 'escort',
    uses: ['npcs', 'places'],
    fits: (situation) => (isHarsh(situation) ? 1.5 : 1),
    title: ({ npc, place }) => `With ${npc} to ${place}`,
    describe: ({ npc, place }) => `Bring ${npc} to ${place}, unharmed.`,
    params: ({ npc, place }) => ({ npc, place }),
  },
  {
    type: 'deliver',
    uses: ['items', 'npcs'],
    fits: () => 1,
    title: ({ item, npc }) => `${capital(item)} for ${npc}`,
    describe: ({ item, npc }) => `Put ${item} into the hands of ${npc}.`,
    params: ({ item, npc }) => ({ item, npc }),
  },
  {
    type: 'survive',
    uses: [],
    fits: (situation) => (isNight(situation) ? 1 : 0) + (isHarsh(situation) ? 1 : 0),
    title: ({ place }) => `Until it is over at ${place}`,
    describe: ({ place, minutes }) => `Hold out at ${place} for ${minutes} minutes.`,
    params: ({ place, minutes }) => ({ place, minutes }),
  },
];

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
