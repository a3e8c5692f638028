import { createHash } from 'node:crypto';

/**
 * An id that follows from words: the same for the same ones, from every task and whoever asks again. Nobody finds other
 * words that have it. 24 hexadecimal digits.
 */
export function hashOf(...words: (string | number)[]): string {
  // JSON, because ids of callers may hold whatever would stand between two words.
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 24);
}
