import type { Socket } from 'node:net';
import { NodeTransport } from 'nats/lib/src/node_transport.js';

const transport: Pick<NodeTransport, 'close' | 'dial' | 'socket'> = NodeTransport.prototype;
const { close, dial } = transport;
const abandoned = new WeakSet<object>();

/**
 * Makes the client end an attempt to connect that has failed. By itself (nats 2.29.3) it only looks away: when the
 * server was frozen and thaws, the attempt goes on behind its back and starts a second reconnection, and the client
 * then has two connections, both of which get its requests.
 */
export function endFailedAttempts(): void {
  transport.close = function (error) {
    abandoned.add(this);
    // A transport that was connected is closed by the client itself.
    const { connected, socket } = this as NodeTransport;
    if (!connected) socket?.destroy();
    return close.call(this, error);
  };
  transport.dial = async function (to): Promise<Socket> {
    const socket = await dial.call(this, to);
    if (!abandoned.has(this)) return socket;
    socket.destroy();
    throw new Error('the attempt was given up before TCP was connected');
  };
}
