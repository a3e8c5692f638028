import { type Authenticator, connect, type NatsConnection, type TlsOptions } from 'nats';
import { HELD_UP } from '../awake.ts';
import { recogniseFault, withDeadline } from '../connection-fault.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { shakingHands } from '../patient-handshake.ts';
import type { Credentials } from './handshake.ts';
import { ownSockets } from './own-sockets.ts';
import type { SystemKey } from './system-key.ts';

/** Somebody who comes as anybody does, without TLS. */
export interface Nobody {
  identity: undefined;
}

export type NatsTarget = (Credentials | Nobody) & {
  /** A node: the connection stays with it, whatever other servers it tells of. Or any of several addresses. */
  to: Pick<NatsNode, 'host' | 'clientPort'> | string[];
  /** No two holders share one; see permissions. */
  inboxPrefix: string;
  /** Shown in the server's list of connections. */
  name: string;
  /** For a server that tells people by it; others are not shown it. */
  systemKey?: SystemKey | undefined;
  /** Until it is connected, in milliseconds that this process is awake. */
  timeout: number;
};

/**
 * A connection for questions, not for service: it does not reconnect, so that what it says is about one server
 * and one moment.
 * @throws ConnectionFault
 */
export async function connectNats(target: NatsTarget): Promise<NatsConnection> {
  try {
    return await shakingHands(() => ownSockets(() => connectInTime(target)));
  } catch (error) {
    throw recogniseFault(error);
  }
}

/** The client's own timeout begins when a name is resolved, and again with each server. */
async function connectInTime(target: NatsTarget): Promise<NatsConnection> {
  const connecting = connect(optionsOf(target));
  try {
    return await withDeadline(connecting, target.timeout);
  } catch (error) {
    void connecting.then((nc) => nc.close()).catch(() => undefined);
    throw error;
  }
}

function optionsOf(target: NatsTarget) {
  const { to, inboxPrefix, name, timeout, systemKey } = target;
  const pinned = !Array.isArray(to);
  return {
    servers: pinned ? `${to.host}:${to.clientPort}` : to,
    tls: tlsOf(target) as TlsOptions,
    ...(systemKey && { authenticator: signing(systemKey) }),
    inboxPrefix,
    name,
    timeout: timeout * HELD_UP,
    reconnect: false,
    maxReconnectAttempts: 0,
    ignoreClusterUpdates: pinned,
    // Half again to twice the requests a second; the stack of a request tells nothing here.
    noAsyncTraces: true,
  };
}

/** A server that knows nobody by a key greets without a nonce. */
function signing({ publicKey, sign }: SystemKey): Authenticator {
  return (nonce) => (nonce === undefined ? undefined : { nkey: publicKey, sig: sign(nonce) });
}

/** @returns null for no TLS, also where a server offers it: with nothing at all, the client would take it up */
function tlsOf(credentials: Credentials | Nobody) {
  if (!('identity' in credentials)) {
    const { cert, key, ca } = credentials;
    return { cert, key, ca };
  }
  if (credentials.identity === undefined) return null;
  const { identity, ca } = credentials;
  return { certFile: identity.cert, keyFile: identity.key, caFile: ca };
}
