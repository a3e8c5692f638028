import type { JsonValue } from '@bufbuild/protobuf';
import { Code, ServiceError } from '../sdk/errors.ts';

/** Bytes; more than any id, and far from JetStream's limit for a subject. */
const MAX_ID = 128;

/** @throws ServiceError INVALID_ARGUMENT */
export function idOf(field: string, id: string): string {
  if (id === '') throw invalid(`${field} is empty.`);
  if (Buffer.byteLength(id) > MAX_ID) throw invalid(`${field} is longer than ${MAX_ID} bytes.`);
  return id;
}

/** @throws ServiceError INVALID_ARGUMENT for too many of them, and for one that is empty or too long */
export function idsOf(field: string, ids: string[], most: number): string[] {
  if (ids.length > most) throw invalid(`${field} are more than ${most}.`);
  return ids.map((id, i) => idOf(`${field}[${i}]`, id));
}

/** Protobuf carries numbers that JSON has not. @throws ServiceError INVALID_ARGUMENT */
export function finite<T extends JsonValue>(field: string, value: T): T {
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(`${field} is no finite number.`);
  if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) finite(`${field}.${key}`, inner as JsonValue);
  return value;
}

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
