import type { JsonObject } from '@bufbuild/protobuf';
import { Code, ServiceError } from '../sdk/errors.ts';

/** What lies in the bucket. A deleted one leaves its version behind, so that no version ever means two states. */
export interface Stored {
  version: number;
  /** Absent: deleted. An empty state is a state. */
  state?: JsonObject;
  /** Of the request that made this version. */
  idempotencyKey?: string;
}

export interface Change {
  /** Absent: delete. */
  state: JsonObject | undefined;
  /** Absent: any. 0: there must be none. */
  expectedVersion: bigint | undefined;
  idempotencyKey: string;
}

/**
 * The next value, or undefined when this very request has made the present one: then it is a retry.
 * @throws ServiceError CONFLICT, NOT_FOUND
 */
export function nextValue(current: Stored | undefined, change: Change): Stored | undefined {
  const { state, expectedVersion, idempotencyKey } = change;
  if (idempotencyKey !== '' && current?.idempotencyKey === idempotencyKey) return undefined;
  const present = current?.state === undefined ? 0 : current.version;
  if (expectedVersion !== undefined && expectedVersion !== BigInt(present))
    throw new ServiceError(Code.CONFLICT, conflict(expectedVersion, present), {
      details: { version: String(present) },
    });
  if (state === undefined && present === 0)
    throw new ServiceError(Code.NOT_FOUND, 'There is no state to delete.');
  return {
    version: (current?.version ?? 0) + 1,
    ...(state && { state }),
    ...(idempotencyKey !== '' && { idempotencyKey }),
  };
}

function conflict(expected: bigint, present: number): string {
  if (present === 0) return `There is no state; version ${expected} was expected.`;
  return expected === 0n
    ? `There is a state already, in version ${present}.`
    : `The state is in version ${present}, not ${expected}.`;
}
