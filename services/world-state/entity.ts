import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@bufbuild/protobuf';
import { invalid } from '../sdk/fields.ts';
import { patchedObject } from './merge.ts';

/** What somebody says of an entity. */
export interface Given {
  id: string;
  type: string;
  properties: JsonObject;
  tags: string[];
  state: JsonObject;
}

/** An entity, as it lies in the bucket. */
export interface Entity extends Given {
  /** Milliseconds since the epoch: of two states of an entity, the later one has the larger. */
  updatedMs: number;
}

/** What one entity was and is; undefined: it is not there. */
export interface EntityChange {
  id: string;
  before: Entity | undefined;
  after: Entity | undefined;
}

/** Bytes of an entity in JSON: a reply holds some of the largest ones. */
const MAX_ENTITY = 65_536;

/**
 * @returns the entity as it is then, or undefined when it is like that already
 * @throws ServiceError INVALID_ARGUMENT when it became too large
 */
export function nextEntity(
  current: Entity | undefined,
  given: Given,
  merge: boolean,
  nowMs: number,
): Entity | undefined {
  const tags = [...new Set(merge ? [...(current?.tags ?? []), ...given.tags] : given.tags)].sort();
  const next: Given = merge
    ? {
        id: given.id,
        type: given.type || (current?.type ?? ''),
        properties: patchedObject(current?.properties ?? {}, given.properties),
        tags,
        state: patchedObject(current?.state ?? {}, given.state),
      }
    : { ...given, tags };
  if (current && isDeepStrictEqual({ ...next, updatedMs: current.updatedMs }, current)) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(next));
  if (bytes > MAX_ENTITY)
    throw invalid(`entities_to_update: ${given.id} would have ${bytes} bytes; ${MAX_ENTITY} at most.`);
  return { ...next, updatedMs: later(current?.updatedMs, nowMs) };
}

/** Two changes within a millisecond, or across a clock that was set back, are in order all the same. */
export function later(before: number | undefined, nowMs: number): number {
  return Math.max(nowMs, (before ?? 0) + 1);
}
