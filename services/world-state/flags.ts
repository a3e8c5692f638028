import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@bufbuild/protobuf';
import { invalid } from '../sdk/fields.ts';
import { later } from './entity.ts';
import { patched } from './merge.ts';

/** A world's flags, as they lie in the bucket. */
export type Flags = Record<string, { value: JsonValue; updatedMs: number }>;

export interface FlagsChange {
  flags: Flags;
  /** Names of those that are another now, or gone; sorted. */
  changed: string[];
}

/** Bytes of a world's flags in JSON: each reply about the world has them all. */
const MAX_FLAGS = 65_536;

/**
 * @param given null removes
 * @throws ServiceError INVALID_ARGUMENT when they became too many
 */
export function withFlags(
  current: Flags,
  given: Map<string, JsonValue>,
  merge: boolean,
  nowMs: number,
): FlagsChange {
  const flags = new Map(Object.entries(current));
  const changed: string[] = [];
  for (const [name, value] of given) {
    const before = flags.get(name);
    const next = merge ? patched(before?.value, value) : value;
    if (isDeepStrictEqual(before?.value ?? null, next)) continue;
    changed.push(name);
    if (next === null) flags.delete(name);
    else flags.set(name, { value: next, updatedMs: later(before?.updatedMs, nowMs) });
  }
  const next = Object.fromEntries(flags);
  const bytes = Buffer.byteLength(JSON.stringify(next));
  if (bytes > MAX_FLAGS)
    throw invalid(`global_flags_to_update: the world's would have ${bytes} bytes; ${MAX_FLAGS} at most.`);
  return { flags: next, changed: changed.sort() };
}
