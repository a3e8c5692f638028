import type { NatsConnection } from 'nats';

/**
 * Writes to NATS once for all that became known together, instead of once for each. The client (nats 2.29.3) writes at
 * the end of every callback, so each HTTP request that has arrived costs a TLS record and a system call of its own,
 * here and in the server. Waiting for the end of the event loop's turn takes no time: whoever is alone is written at
 * once.
 */
export function batchWrites(nc: NatsConnection): void {
  const { protocol } = nc as unknown as { protocol: { flushPending(): void } };
  const write = protocol.flushPending.bind(protocol);
  let isDue = false;
  protocol.flushPending = () => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      write();
    });
  };
}
