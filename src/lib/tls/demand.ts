import { type ConnectionFault, withDeadline } from '../connection-fault.ts';
import { HELLO } from '../nats/handshake.ts';
import { withSocket } from '../wire.ts';
import type { Address } from './listeners.ts';

/** Whether a listener wants a certificate of whoever comes. */
export interface Demand {
  /** Undefined: could not be found out. */
  demanded: boolean | undefined;
  /** What it did with somebody who has none. */
  how: string;
}

/** TLS 1.3 tells a client late that it is refused: an alert or close within this time counts, in milliseconds. */
const PATIENCE = 2000;

/**
 * Comes without a certificate, and says something harmless that NATS and Redis answer.
 * @param timeout milliseconds until the handshake has to be over
 */
export async function findDemand(address: Address, timeout: number): Promise<Demand> {
  let shaken = false;
  try {
    return await withSocket({ ...address, timeout: timeout + PATIENCE }, async (wire): Promise<Demand> => {
      if (address.speaks === 'nats') await wire.line(/^INFO /);
      await wire.upgrade({});
      shaken = true;
      wire.send(address.speaks === 'nats' ? HELLO : 'PING\r\n');
      const line = await withDeadline(wire.line(/./), PATIENCE);
      return { demanded: false, how: `it answers ${line.split(' ')[0]} to somebody who has none` };
    });
  } catch (error) {
    const { kind, message } = error as ConnectionFault;
    if (kind === 'tls-identity')
      return { demanded: true, how: message.replace(/^.*(?= \()/, 'whoever has none is turned away') };
    if (!shaken) return { demanded: undefined, how: message };
    if (kind === 'timeout')
      return { demanded: false, how: `somebody who has none is not turned away for ${PATIENCE} ms` };
    return { demanded: true, how: message };
  }
}
