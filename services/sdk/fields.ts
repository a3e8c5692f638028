import type { DescEnum, JsonValue } from '@bufbuild/protobuf';
import type { GenEnum } from '@bufbuild/protobuf/codegenv2';
import type { Meta } from '../gen/common_pb.js';
import { Code, ServiceError } from './errors.ts';

// What a request may say, field by field. Each of these gives back what it was given, or throws INVALID_ARGUMENT with
// a sentence that begins with the field's name. Lengths are bytes.

/** More than any id, and far from JetStream's limit for a subject. */
const MAX_ID = 128;

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}

/** A text that is there. */
export function textOf(field: string, text: string, most: number): string {
  if (text === '') throw invalid(`${field} is empty.`);
  return optionalTextOf(field, text, most);
}

export function optionalTextOf(field: string, text: string, most: number): string {
  if (Buffer.byteLength(text) > most) throw invalid(`${field} is longer than ${most} bytes.`);
  return text;
}

export function idOf(field: string, id: string): string {
  return textOf(field, id, MAX_ID);
}

export function idsOf(field: string, ids: string[], most: number): string[] {
  return listOf(field, ids, most).map((id, i) => idOf(`${field}[${i}]`, id));
}

/**
 * Whose a request is. Players act for nobody else; without a user it is a service that asks.
 * @throws ServiceError PERMISSION_DENIED too
 */
export function playerOf(playerId: string, meta: Meta | undefined): string {
  if (meta?.userId && meta.userId !== playerId)
    throw new ServiceError(Code.PERMISSION_DENIED, 'player_id is not the player who asks.');
  return idOf('player_id', playerId);
}

/** @param most entries */
export function listOf<T>(field: string, items: T[], most: number): T[] {
  if (items.length > most) throw invalid(`${field} has more than ${most} entries.`);
  return items;
}

/** One entry at least. */
export function someOf<T>(field: string, items: T[], most: number): T[] {
  if (items.length === 0) throw invalid(`${field} is empty.`);
  return listOf(field, items, most);
}

export interface MapLimits {
  entries: number;
  key: number;
  value: number;
}

/** Texts by name. */
export function metadataOf(
  field: string,
  metadata: Record<string, string>,
  limits: MapLimits = { entries: 32, key: MAX_ID, value: MAX_ID },
): Record<string, string> {
  for (const [key, value] of listOf(field, Object.entries(metadata), limits.entries)) {
    textOf(`A key of ${field}`, key, limits.key);
    optionalTextOf(`${field}.${key}`, value, limits.value);
  }
  return metadata;
}

/** A number that is none, which protobuf can carry, is outside of every range. */
export function within(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw invalid(`${field} must be between ${least} and ${most}.`);
}

/** One of the words, or numbers, that there are. */
export function oneOf<T>(field: string, value: unknown, known: readonly T[]): T {
  if (known.includes(value as T)) return value as T;
  throw invalid(`${field} must be one of ${known.join(', ')}.`);
}

/** One that the contract names: neither its zero, which says nothing, nor a number that it does not have. */
export function enumOf<E extends number>(field: string, type: GenEnum<E>, value: E): Exclude<E, 0> {
  const known = (type as DescEnum).values.filter(({ number }) => number !== 0);
  if (known.some(({ number }) => number === value)) return value as Exclude<E, 0>;
  throw invalid(`${field} must be one of ${known.map(({ name }) => name).join(', ')}.`);
}

/** JSON that can be stored: protobuf carries numbers that JSON has not. @param most bytes of its text; absent: any */
export function jsonOf<T extends JsonValue>(field: string, value: T, most?: number): T {
  assertFinite(field, value);
  if (most !== undefined && Buffer.byteLength(JSON.stringify(value)) > most)
    throw invalid(`${field} is larger than ${most} bytes.`);
  return value;
}

function assertFinite(field: string, value: JsonValue): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(`${field} is no finite number.`);
  if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) assertFinite(`${field}.${key}`, inner as JsonValue);
}
