import * as z from 'zod';
import { COLLECTORS } from '../catalog.ts';
import type { SourceId } from '../evidence.ts';

/** Of a folder's layout; another number is another layout. */
export const RECORDING = 'gsys/verify-recording/v1';
/** Written last: a folder without it is no recording, or half of one. */
export const MANIFEST = 'manifest.json';
/** The definition as it was, resolved. */
export const DEFINITION = 'definition.json';

export const manifestSchema = z.strictObject({
  schema: z.literal(RECORDING),
  /** Version of the gsys that looked: another one may judge otherwise. */
  gsys: z.string(),
  fleet: z.string(),
  environment: z.string(),
  startedAt: z.iso.datetime(),
  /** What the checks took for now. */
  judgedAt: z.iso.datetime(),
  apiCalls: z.record(z.string(), z.number().int().min(0)),
  /** Ids of the checks that judged. */
  checks: z.array(z.string()).min(1),
  /** SHA-256 of every other file, by name. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

export type Manifest = z.infer<typeof manifestSchema>;

export function fileOf(source: SourceId): string {
  return `${source}.json`;
}

/** Nothing else is read, whatever a manifest names. */
export function sourceOf(file: string): SourceId | undefined {
  return (Object.keys(COLLECTORS) as SourceId[]).find((source) => fileOf(source) === file);
}
