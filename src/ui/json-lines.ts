import { safeJson } from './safe-json.ts';

/** One event as one line; every object says what it is. */
export function jsonLine(schema: string, event: object): string {
  return `${safeJson({ schema, ...event })}\n`;
}
