/** A seed made of words: FNV-1a with 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/ */
export function seedOf(...words: string[]): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(words.join('\0'))) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * The n-th number of a seed, from 0 to below 1, without those before it: the same on every task and at every time.
 * The mixing is murmur3's, https://github.com/aappleby/smhasher/wiki/MurmurHash3
 */
export function draw(seed: number, n: number): number {
  let x = seed + Math.imul(n, 0x9e3779b9);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
