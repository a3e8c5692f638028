import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * Destroys the sockets of attempts to connect that failed, also those that are opened afterwards. The client (nats
 * 2.29.3) forgets one that timed out before the server had answered, and an open socket keeps the process from ending.
 * @param connect may open several sockets, one after the other; the last one is the connection's
 */
export async function ownSockets<Connection>(connect: () => Promise<Connection>): Promise<Connection> {
  listen();
  const attempt: Attempt = { sockets: [], failed: false };
  try {
    const connection = await attempts.run(attempt, connect);
    attempt.sockets.pop();
    return connection;
  } catch (error) {
    attempt.failed = true;
    throw error;
  } finally {
    for (const socket of attempt.sockets) socket.destroy();
  }
}

interface Attempt {
  sockets: Socket[];
  failed: boolean;
}

const attempts = new AsyncLocalStorage<Attempt>();
let listening = false;

/** Node tells of every socket in the context of whoever opens it. */
function listen(): void {
  if (listening) return;
  listening = true;
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket };
    const attempt = attempts.getStore();
    if (attempt?.failed) socket.destroy();
    else attempt?.sockets.push(socket);
  });
}
