import { type ConnectionFault, recogniseFault } from '../connection-fault.ts';
import { lookAt, type Seen } from './handshake.ts';
import type { FleetListener } from './listeners.ts';
import type { Visitor } from './visitor.ts';

/** What a listener showed, or why nothing was seen. */
export interface LookedAt {
  listener: FleetListener;
  seen: Seen | undefined;
  fault: ConnectionFault | undefined;
}

/** Milliseconds of one handshake. */
export const HANDSHAKE_TIMEOUT = 3000;

/** A fresh handshake with each, side by side. */
export async function lookAtListeners(
  listeners: FleetListener[],
  visitor: Visitor,
  signal: AbortSignal | undefined,
): Promise<LookedAt[]> {
  const looked = await Promise.all(
    listeners.map(async (listener): Promise<LookedAt> => {
      try {
        return { listener, seen: await lookAt(listener, visitor, HANDSHAKE_TIMEOUT), fault: undefined };
      } catch (error) {
        return { listener, seen: undefined, fault: recogniseFault(error) };
      }
    }),
  );
  signal?.throwIfAborted();
  return looked;
}
