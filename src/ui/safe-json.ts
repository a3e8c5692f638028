import { UNPRINTABLE } from './paint.ts';

/** JSON that no terminal acts upon: what JSON itself lets through (DEL, C1, overrides of direction) is escaped too. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    UNPRINTABLE,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
