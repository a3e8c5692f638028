import { createHash } from 'node:crypto';

/** From 0 up to 1; it follows from its name, so that it is the same on every task and after every restart. */
export function draw(...name: (string | number)[]): number {
  return createHash('sha256').update(name.join('\0')).digest().readUIntBE(0, 6) / 2 ** 48;
}
