import { ConnectionFault } from '../connection-fault.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { withSocket } from '../wire.ts';
import { type CredentialMaterial, HELLO } from './handshake.ts';
import type { PermissionTry } from './permission-tries.ts';

/** Milliseconds, for all of it: one round trip after the handshake. */
const TIMEOUT = 5000;

/**
 * Tries at one node, in a connection of its own, and leaves nothing behind: each subscription is given up in the same
 * breath, each message is empty and names no place for an answer.
 * @returns the tries that did not end as they should; the server's own word counts, which comes before its PONG
 * @throws ConnectionFault when it is not let in at all
 */
export async function tryPermissions(
  { host, clientPort }: NatsNode,
  credentials: CredentialMaterial,
  tries: PermissionTry[],
): Promise<PermissionTry[]> {
  const target = { host, port: clientPort, timeout: TIMEOUT };
  return await withSocket(target, async (wire) => {
    await wire.line(/^INFO /);
    const socket = await wire.upgrade(credentials);
    if (!socket.authorized)
      throw new ConnectionFault(
        'tls-trust',
        `it is not to be trusted (${String(socket.authorizationError)})`,
      );
    wire.send(HELLO);
    const hello = await wire.line(/^(PONG|-ERR .*)/);
    if (!hello.startsWith('PONG')) throw new ConnectionFault('auth', hello.trim());
    wire.send(`${tries.map(spoken).join('')}PING\r\n`);
    const said = await wire.lines(/^PONG/);
    const errors = said.filter((line) => line.startsWith('-ERR'));
    return tries.filter((one) => (isRefused(one, errors) ? 'refused' : 'allowed') !== one.expected);
  });
}

function spoken({ act, subject, queue }: PermissionTry, sid: number): string {
  if (act === 'publish') return `PUB ${subject} 0\r\n\r\n`;
  return `SUB ${subject} ${queue === undefined ? '' : `${queue} `}${sid + 1}\r\nUNSUB ${sid + 1}\r\n`;
}

/** `-ERR 'Permissions Violation for Subscription to "svc.x" using queue "q"'`: from the quoted subject to the end. */
function isRefused({ act, subject, queue }: PermissionTry, errors: string[]): boolean {
  const what = act === 'publish' ? 'Publish' : 'Subscription';
  const start = `Permissions Violation for ${what} to "${subject}"`.toLowerCase();
  const ofQueue = (line: string) => /using queue "([^"]+)"/.exec(line)?.[1];
  return errors.some((line) => line.toLowerCase().includes(start) && ofQueue(line) === queue);
}
