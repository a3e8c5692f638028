import type { JsonObject } from '@bufbuild/protobuf';
import { Code, ServiceError } from '../sdk/errors.ts';

/** What lies in the bucket. A deleted one leaves its version behind, so that no version ever means two states. */
export interface Stored {
  version: number;
  /** Absent: deleted. An empty state is a state. */
  state?: JsonObject;
}

export interface Change {
  /** Absent: delete. */
  state: JsonObject | undefined;
  /** Absent: any. 0: there must be none. */
  expectedVersion: bigint | undefined;
}

/** @throws ServiceError CONFLICT, NOT_FOUND */
export function nextValue(current: Stored | undefined, { state, expectedVersion }: Change): Stored {
  const present = current?.state === undefined ? 0 : current.version;
  if (expectedVersion !== undefined && expectedVersion !== BigInt(present))
    throw new ServiceError(Code.CONFLICT, conflict(expectedVersion, present), {
      details: { version: String(present) },
    });
  if (state === undefined && present === 0)
    throw new ServiceError(Code.NOT_FOUND, 'There is no state to delete.');
  return { version: (current?.version ?? 0) + 1, ...(state && { state }) };
}

function conflict(expected: bigint, present: number): string {
  if (present === 0) return `There is no state; version ${expected} was expected.`;
  return expected === 0n
    ? `There is a state already, in version ${present}.`
    : `The state is in version ${present}, not ${expected}.`;
}
