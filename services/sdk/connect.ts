import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect, Events, type NatsConnection } from 'nats';
import { batchWrites } from './batched-writes.ts';
import type { BundleFiles } from './bundle.ts';
import { endFailedAttempts } from './failed-attempts.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Logger } from './log.ts';

/** A task's way to NATS. There is one a process; it outlives every server and every outage. */
export interface Link {
  /** Undefined until the first connection; the same object from then on, through all reconnections. */
  connection(): NatsConnection | undefined;
  isConnected(): boolean;
  /** Resolves when it is connected, or after so many milliseconds. */
  untilConnected(atMostMs: number): Promise<void>;
  /** Where this task gets its replies. */
  inbox: Inbox;
  /** Told after each reconnection, when the client has sent its subscriptions again. */
  onReconnect(listener: () => void): void;
  /** Told when the connection is gone. */
  onDisconnect(listener: () => void): void;
}

export interface LinkOptions {
  servers: string[];
  /** The service's name: shown in connz, and part of its inbox prefix. */
  name: string;
  tls: Pick<BundleFiles, 'caFile' | 'certFile' | 'keyFile'>;
  log: Logger;
}

/** Between two rounds over all servers while there never was a connection; milliseconds. */
const FIRST_CONNECT_WAIT_MS = 500;
const RECONNECT_WAIT_MS = 250;
/** Spreads a fleet's return after an outage; on top of the wait. */
const RECONNECT_JITTER_MS = 500;

endFailedAttempts();

/** A link that is not connected yet: listeners can be built on it before there is a server. */
export function createLink({ name, servers, tls, log }: LinkOptions) {
  let connection: NatsConnection | undefined;
  let connected = false;
  const waiting = new Set<() => void>();
  const reconnected: (() => void)[] = [];
  const disconnected: (() => void)[] = [];

  const inbox = createInbox(`_INBOX_${name}`);
  const link: Link = {
    inbox,
    connection: () => connection,
    isConnected: () => connected,
    untilConnected: async (atMostMs) => {
      if (connected || atMostMs <= 0) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, atMostMs);
        waiting.add(done);
      });
    },
    onReconnect: (listener) => reconnected.push(listener),
    onDisconnect: (listener) => disconnected.push(listener),
  };

  /** Tries until it is connected or the signal aborts; says why it is not, each time the reason changes. */
  const open = async (signal: AbortSignal): Promise<NatsConnection> => {
    let reason = '';
    for (;;) {
      signal.throwIfAborted();
      try {
        connection = await connectUnless(signal, natsOptions({ name, servers, tls }));
        break;
      } catch (error) {
        signal.throwIfAborted();
        const now = reasonOf(error);
        if (now !== reason) log.warn({ reason: now, servers }, 'not connected to NATS, trying on');
        reason = now;
        await sleep(FIRST_CONNECT_WAIT_MS + Math.random() * RECONNECT_JITTER_MS, undefined, { signal });
      }
    }
    batchWrites(connection);
    connected = true;
    log.info({ server: connection.getServer() }, 'connected to NATS');
    void follow(connection);
    void connection.closed().then(() => {
      connected = false;
      inbox.connectionLost();
    });
    return connection;
  };

  const follow = async (nc: NatsConnection) => {
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect) {
        if (connected) log.warn({ server: status.data }, 'disconnected from NATS, reconnecting');
        connected = false;
        inbox.connectionLost();
        for (const listener of disconnected) listener();
      } else if (status.type === Events.Reconnect) {
        connected = true;
        log.info({ server: nc.getServer() }, 'reconnected to NATS');
        for (const listener of [...waiting, ...reconnected]) listener();
      } else if (status.type === Events.Error) {
        const { permissionContext: permission } = status;
        log.error({ reason: status.data, permission }, 'refused by NATS');
        if (permission?.operation === 'publish') inbox.sendingRefused(permission.subject);
      } else if (status.type === Events.LDM) {
        log.info({ server: status.data }, 'the NATS server is about to leave');
      }
    }
  };

  return { link, open };
}

/** A server that says nothing holds a connect for seconds; whoever wants to leave need not wait for it. */
async function connectUnless(signal: AbortSignal, options: ConnectionOptions): Promise<NatsConnection> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  const connecting = connect(options);
  try {
    return await Promise.race([connecting, aborted]);
  } catch (error) {
    void connecting.then((late) => late.close()).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function natsOptions({ name, servers, tls }: Omit<LinkOptions, 'log'>): ConnectionOptions {
  return {
    name,
    servers,
    tls: { caFile: tls.caFile, certFile: tls.certFile, keyFile: tls.keyFile },
    inboxPrefix: `_INBOX_${name}`,
    // Neither an outage nor certificates that are refused for a while may end the process: ECS would replace
    // every task of the fleet at once.
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    reconnectJitterTLS: RECONNECT_JITTER_MS,
    // A server that accepts and then says nothing (frozen, or behind a dead balancer).
    timeout: 5_000,
    pingInterval: 10_000,
    maxPingOut: 2,
    // 1.5 to 2.1 times the requests a second; the stack of a request says nothing that its subject does not.
    noAsyncTraces: true,
  };
}

/** The client wraps causes: `CONNECTION_REFUSED`, or the TLS alert that names what is wrong. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return [...new Set([code, message].filter(Boolean))].join(': ') || String(error);
}
