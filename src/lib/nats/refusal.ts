import type { ConnectionFault } from '../connection-fault.ts';
import { shakingHands } from '../patient-handshake.ts';
import { type Wire, withSocket } from '../wire.ts';
import { type HandshakeTarget, HELLO } from './handshake.ts';

/** Who must not get in: somebody without a certificate, with one of another authority, or without TLS at all. */
export const STRANGERS = ['no certificate', 'foreign certificate', 'plaintext'] as const;
export type Stranger = (typeof STRANGERS)[number];

export interface Refusal {
  refused: boolean;
  /** What the server did. */
  how: string;
}

/** TLS 1.3 tells a client late that it is refused: an alert or close within this time counts, in milliseconds. */
const PATIENCE_MS = 2000;

/**
 * Tries to get in as somebody who must not.
 * @param foreign PEM, of an authority that the server cannot know
 * @throws ConnectionFault when the listener could not be asked: that is no refusal
 */
export async function tryStranger(
  target: Omit<HandshakeTarget, 'timeout'>,
  stranger: Stranger,
  foreign: { cert: string; key: string },
): Promise<Refusal> {
  let stage: 'reaching' | 'shaking hands' | 'inside' = 'reaching';
  try {
    const attempt = async (wire: Wire) => {
      stage = 'reaching';
      if (target.listener === 'client') await wire.line(/^INFO /);
      stage = 'shaking hands';
      if (stranger !== 'plaintext') await wire.upgrade(stranger === 'foreign certificate' ? foreign : {});
      if (stranger !== 'plaintext' || target.listener === 'client') stage = 'inside';
      wire.send(HELLO);
      const line = await wire.line(/^(PONG|INFO |-ERR)/);
      const refused = line.startsWith('-ERR');
      return { refused, how: refused ? line : `it answers ${line.split(' ')[0]}` };
    };
    return await shakingHands(() => withSocket({ ...target, timeout: PATIENCE_MS }, attempt));
  } catch (error) {
    const { kind, message } = error as ConnectionFault;
    if (stage === 'reaching') throw error;
    if (kind !== 'timeout') return { refused: true, how: message };
    if (stage === 'shaking hands') throw error;
    // A client port that lets somebody in says PONG; a route port says nothing until it is told something.
    return { refused: target.listener === 'client', how: `silent for ${PATIENCE_MS} ms` };
  }
}
