import { randomFillSync } from 'node:crypto';

const page = Buffer.alloc(4096);
let used = page.length;

/** Random bytes in hexadecimal. They are fetched by the page: asking the system for each costs more than a request's JSON. */
export function randomHex(bytes: number): string {
  if (used + bytes > page.length) {
    randomFillSync(page);
    used = 0;
  }
  const hex = page.toString('hex', used, used + bytes);
  used += bytes;
  return hex;
}
