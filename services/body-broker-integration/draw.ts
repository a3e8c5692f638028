import { createHash } from 'node:crypto';

type Name = (string | number)[];

/** From 0 up to 1; it follows from its name, so that it is the same on every task and after every restart. */
export function draw(...name: Name): number {
  return digest(name).readUIntBE(0, 6) / 2 ** 48;
}

/** The same name has the same id. */
export function idOf(...name: Name): string {
  return digest(name).toString('hex').slice(0, 24);
}

function digest(name: Name): Buffer {
  return createHash('sha256').update(JSON.stringify(name)).digest();
}
