/** Chance that is the same for the same words, on every task, at every time and after every restart. */
export interface Dice {
  /** From 0 to below 1. */
  roll(): number;
  /** A whole number, both bounds included. */
  between(least: number, most: number): number;
  /** @param from one at least */
  pick<T>(from: readonly T[]): T;
  /** One of them, twice as often where it weighs twice as much; undefined when nothing weighs anything. */
  weighed<T>(from: readonly T[], weight: (one: T) => number): T | undefined;
  shuffled<T>(items: readonly T[]): T[];
}

/** @param words whose dice they are: a seed, and what is rolled for */
export function diceOf(...words: (string | number)[]): Dice {
  const seed = seedOf(...words);
  let rolled = 0;
  const roll = () => draw(seed, rolled++);
  return {
    roll,
    between: (least, most) => least + Math.floor(roll() * (most - least + 1)),
    pick: <T>(from: readonly T[]) => from[Math.floor(roll() * from.length)] as T,
    weighed: (from, weight) => {
      const weights = from.map(weight);
      let left = roll() * weights.reduce((sum, one) => sum + one, 0);
      return from.find((_, i) => {
        left -= weights[i] ?? 0;
        return left < 0;
      });
    },
    shuffled: (items) =>
      items
        .map((item) => ({ item, at: roll() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}

/** FNV-1a with 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/ */
export function seedOf(...words: (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(words.join('\0'))) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * The n-th number of a seed, from 0 to below 1, without those before it.
 * The mixing is murmur3's, https://github.com/aappleby/smhasher/wiki/MurmurHash3
 */
export function draw(seed: number, n: number): number {
  let x = seed + Math.imul(n, 0x9e3779b9);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
