import type { NatsConnection } from 'nats';
import { Code, ServiceError } from './errors.ts';

/**
 * The server closes the connection of whoever sends more than it takes.
 * @throws ServiceError RESOURCE_EXHAUSTED
 */
export function assertFits(reply: Uint8Array, nc: NatsConnection): void {
  const limit = maxPayload(nc);
  if (reply.length > limit)
    throw new ServiceError(
      Code.RESOURCE_EXHAUSTED,
      `The reply has ${reply.length} bytes; NATS carries ${limit} at most.`,
    );
}

/** Bytes. */
export function maxPayload(nc: NatsConnection): number {
  return nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
}
