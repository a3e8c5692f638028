import { type ConnectionFault, withDeadline } from '../connection-fault.ts';
import { withSocket } from '../wire.ts';
import type { Address } from './listeners.ts';

/** A NATS server talks first, and at once; milliseconds that nobody waits for it in vain. */
const TALKS_WITHIN = 500;

/**
 * Whether a port begins with NATS's INFO or with TLS.
 * @param timeout milliseconds, for the connection to come about
 * @throws ConnectionFault when it cannot be reached
 */
export async function findOutWhatItSpeaks(
  { host, port }: Pick<Address, 'host' | 'port'>,
  timeout: number,
): Promise<Address['speaks']> {
  return await withSocket({ host, port, timeout }, async (wire) => {
    try {
      await withDeadline(wire.line(/^INFO /), TALKS_WITHIN);
      return 'nats';
    } catch (fault) {
      if ((fault as ConnectionFault).kind === 'timeout') return 'tls';
      throw fault;
    }
  });
}
