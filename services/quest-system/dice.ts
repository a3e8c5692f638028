/** Chance that is the same for the same words, on every task and at every time. */
export interface Dice {
  /** From 0 to below 1. */
  roll(): number;
  /** A whole number, both bounds included. */
  between(least: number, most: number): number;
  /** Undefined where there is none. */
  pick<T>(from: readonly T[]): T | undefined;
  /** One of them, twice as often where it weighs twice as much; undefined when nothing weighs anything. */
  weighed<T>(from: readonly T[], weight: (one: T) => number): T | undefined;
}

export function diceOf(words: string): Dice {
  const seed = seedOf(words);
  let rolled = 0;
  const dice: Dice = {
    roll: () => draw(seed, rolled++),
    between: (least, most) => least + Math.floor(dice.roll() * (most - least + 1)),
    pick: (from) => from[Math.floor(dice.roll() * from.length)],
    weighed: (from, weight) => {
      const weights = from.map(weight);
      let left = dice.roll() * weights.reduce((sum, one) => sum + one, 0);
      return from.find((_, i) => {
        left -= weights[i] ?? 0;
        return left < 0;
      });
    },
  };
  return dice;
}

/** FNV-1a with 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/ */
function seedOf(words: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(words)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The n-th number of a seed; the mixing is murmur3's, https://github.com/aappleby/smhasher/wiki/MurmurHash3 */
function draw(seed: number, n: number): number {
  let x = seed + Math.imul(n, 0x9e3779b9);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
