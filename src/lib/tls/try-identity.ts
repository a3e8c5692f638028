import type { ConnectionFault } from '../connection-fault.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { HELLO, withSocket } from '../nats/handshake.ts';
import type { KeyPair } from '../pki/authority.ts';

/** What a node's client port did with somebody. */
export interface Admission {
  admitted: boolean;
  how: string;
}

/** TLS 1.3 tells a client late that it is refused; a node that is well answers within a tenth of it. Milliseconds. */
const PATIENCE = 2000;

/**
 * Comes to a node's client port with a certificate, and asks to be let in: a fresh handshake, CONNECT and PING.
 * @throws ConnectionFault when the node could not be asked: that is no refusal
 */
export async function tryIdentity(node: NatsNode, { cert, key }: KeyPair): Promise<Admission> {
  let reached = false;
  try {
    return await withSocket(
      { listener: 'client', host: node.host, port: node.clientPort, timeout: PATIENCE },
      async (wire) => {
        await wire.line(/^INFO /);
        reached = true;
        await wire.upgrade({ cert, key });
        wire.send(HELLO);
        const line = await wire.line(/^(PONG|-ERR .*)/);
        return { admitted: line.startsWith('PONG'), how: line.trim() };
      },
    );
  } catch (error) {
    const { kind, message } = error as ConnectionFault;
    if (!reached || kind === 'timeout') throw error;
    return { admitted: false, how: message };
  }
}
