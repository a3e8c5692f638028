import { Code, ServiceError } from '../sdk/errors.ts';

/** Bytes; more than any id, and far from JetStream's limit for a subject. */
const MAX_ID = 128;

/** @throws ServiceError INVALID_ARGUMENT */
export function idOf(field: string, id: string): string {
  if (id === '') throw invalid(`${field} is empty.`);
  if (Buffer.byteLength(id) > MAX_ID) throw invalid(`${field} is longer than ${MAX_ID} bytes.`);
  return id;
}

/** @throws ServiceError INVALID_ARGUMENT also for a number that is none, which protobuf can carry */
export function within(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw invalid(`${field} must be between ${least} and ${most}.`);
}

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
