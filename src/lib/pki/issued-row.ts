import * as z from 'zod';
import { isReadable } from './inspect.ts';

/** What the inventory keeps of a holder's newest certificate. All of it is public. */
export interface IssuedRow {
  /** PEM: the leaf alone. */
  cert: string;
  /** ISO 8601. */
  issuedAt: string;
  /** `ann@laptop` */
  issuedBy: string;
}

const rowSchema = z.object({
  cert: z.string().refine(isReadable),
  issuedAt: z.string(),
  issuedBy: z.string(),
});

/** @returns undefined for text that is no row */
export function parseRow(text: string): IssuedRow | undefined {
  try {
    return rowSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
