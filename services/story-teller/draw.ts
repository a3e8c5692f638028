import { createHash } from 'node:crypto';

/** What a draw is for: seed first. */
export type Name = (string | number)[];

/** From 0 up to 1; it follows from its name, so that it is the same on every task and after every restart. */
export function draw(...name: Name): number {
  return createHash('sha256').update(name.join('\0')).digest().readUIntBE(0, 6) / 2 ** 48;
}

export function pick<T>(items: readonly T[], ...name: Name): T {
  return items[Math.floor(draw(...name) * items.length)] as T;
}

export function shuffled<T>(items: readonly T[], ...name: Name): T[] {
  return items
    .map((item, i) => ({ item, at: draw(...name, i) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
