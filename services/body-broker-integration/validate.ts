import type { JsonObject } from '@bufbuild/protobuf';
import type { Meta } from '../gen/common_pb.js';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Circumstances } from './harvest.ts';

/** Bytes. */
const MAX_ID = 128;
const MAX_QUANTITY = 1_000;

/** @throws ServiceError INVALID_ARGUMENT, as all of these */
export function validId(id: string, field: string): string {
  if (id !== '' && Buffer.byteLength(id) <= MAX_ID) return id;
  throw invalid(`${field} must have 1 to ${MAX_ID} bytes.`);
}

/**
 * A player trades for nobody else. Without a user it is a service that asks.
 * @throws ServiceError PERMISSION_DENIED
 */
export function validPlayer(playerId: string, meta: Meta | undefined): string {
  if (meta?.userId && meta.userId !== playerId)
    throw new ServiceError(Code.PERMISSION_DENIED, 'player_id is not the player who asks.');
  return validId(playerId, 'player_id');
}

export function validWord(word: string, known: Record<string, unknown>, field: string): string {
  if (Object.hasOwn(known, word)) return word;
  throw invalid(`${field} must be one of ${Object.keys(known).sort().join(', ')}.`);
}

/** Each once, sorted: in whatever order they are named, they are the same. */
export function validList(
  items: string[],
  most: number,
  field: string,
  valid: (item: string) => string,
): string[] {
  if (items.length === 0 || items.length > most) throw invalid(`${field} must be 1 to ${most}.`);
  const sorted = items.map(valid).sort();
  if (new Set(sorted).size < sorted.length) throw invalid(`${field} has one of them twice.`);
  return sorted;
}

export function validQuantity(quantity: number): number {
  if (quantity >= 1 && quantity <= MAX_QUANTITY) return quantity;
  throw invalid(`requested_quantity must be 1 to ${MAX_QUANTITY}.`);
}

export function circumstancesFrom(context: JsonObject = {}): Circumstances {
  const { hours_since_death: hours = 0, condition = 1, consented = false, ...others } = context;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw invalid(
      `context has hours_since_death, condition, consented, and no ${JSON.stringify(other.slice(0, 64))}.`,
    );
  if (!(typeof hours === 'number' && hours >= 0 && hours <= 1_000))
    throw invalid('context.hours_since_death must be a number from 0 to 1000.');
  if (!(typeof condition === 'number' && condition >= 0 && condition <= 1))
    throw invalid('context.condition must be a number from 0 to 1.');
  if (typeof consented !== 'boolean') throw invalid('context.consented must be true or false.');
  return { hoursSinceDeath: hours, condition, consented };
}

function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
