import { connect as dialTcp, isIP, type Socket } from 'node:net';
import { connect as dialTls, type SecureContext, type TLSSocket } from 'node:tls';
import { afterAwake } from './awake.ts';
import { ConnectionFault, recogniseFault } from './connection-fault.ts';

export interface WireTarget {
  host: string;
  port: number;
}

/** One connection, spoken by hand. */
export interface Wire {
  send(text: string | Uint8Array): void;
  /** The first line that matches; the rest is dropped. */
  line(pattern: RegExp): Promise<string>;
  /** All lines up to the first that matches, that one included. */
  lines(pattern: RegExp): Promise<string[]>;
  /**
   * Whatever `read` makes of the beginning of what was received, one byte a character; the rest is kept.
   * @param what is waited for: said when it does not come
   */
  take<Item>(what: string, read: (received: string) => Taken<Item> | undefined): Promise<Item>;
  upgrade(material: {
    cert?: Buffer | string;
    key?: Buffer | string;
    ca?: Buffer | string | string[];
    /** The same, ready made: reading authorities takes longer than a handshake. */
    secureContext?: SecureContext;
  }): Promise<TLSSocket>;
}

export interface Taken<Item> {
  item: Item;
  rest: string;
}

/** A connection that its owner closes, and whose ends he watches himself. */
export interface OpenWire extends Wire {
  /** Settles when TCP is connected. */
  connected: Promise<void>;
  /** Rejects with the ConnectionFault that ended it; whoever waits for anything else races this. */
  failed: Promise<never>;
  /** What is waited for now, as a sentence that tells what did not come. */
  stage(): string;
  /** The connection itself, for a client that speaks on; the wire hears no more of it. */
  handOver(): Socket;
  close(): void;
}

/**
 * Opens a connection, speaks, closes. Whatever goes wrong, in whatever layer, becomes one ConnectionFault.
 * @param target timeout: milliseconds that this process is awake, for all of it
 */
export async function withSocket<Result>(
  { host, port, timeout }: WireTarget & { timeout: number },
  speak: (wire: Wire) => Promise<Result>,
): Promise<Result> {
  const wire = openWire({ host, port });
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = afterAwake(timeout, () =>
      reject(new ConnectionFault('timeout', `${wire.stage()} within ${timeout} ms`)),
    );
  });
  try {
    const spoken = wire.connected.then(() => speak(wire));
    return await Promise.race([spoken, wire.failed, late]);
  } catch (error) {
    throw recogniseFault(error);
  } finally {
    cancel();
    wire.close();
  }
}

/** Bytes: nobody says more than this to a question of ours. */
const MOST_RECEIVED = 64 * 1024 * 1024;

/** @param address where `host` has been looked up already; the name still counts for TLS */
export function openWire({ host, port }: WireTarget, address = host): OpenWire {
  let socket: Socket = dialTcp({ host: address, port, noDelay: true });
  let stage = 'TCP does not connect';
  let fail: (reason: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  let received = '';
  let look = () => {};
  const watch = (watched: Socket) => {
    watched.on('error', (error) => fail(recogniseFault(error)));
    watched.on('close', () => fail(new ConnectionFault('tcp', 'the connection was closed')));
  };
  const listen = (chunk: Buffer) => {
    received += chunk.toString('latin1');
    if (received.length > MOST_RECEIVED) fail(new ConnectionFault('protocol', 'it says more than was asked'));
    look();
  };
  watch(socket);
  socket.on('data', listen);
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const take: Wire['take'] = (what, read) => {
    stage = `no ${what}`;
    return new Promise((resolve) => {
      look = () => {
        try {
          const taken = read(received);
          if (taken === undefined) return;
          look = () => {};
          received = taken.rest;
          resolve(taken.item);
        } catch (error) {
          fail(recogniseFault(error));
        }
      };
      look();
    });
  };
  const lines: Wire['lines'] = (pattern) =>
    take(pattern.source.replace(/\W+/g, ' ').trim(), (text) => {
      const all = text.split('\r\n').slice(0, -1);
      const found = all.findIndex((line) => pattern.test(line));
      return found < 0 ? undefined : { item: all.slice(0, found + 1), rest: '' };
    });
  return {
    ...{ connected, failed, take, lines },
    stage: () => stage,
    handOver: () => socket.removeAllListeners('data'),
    close: () => void socket.destroy(),
    send: (text) => void socket.write(text),
    line: async (pattern) => (await lines(pattern)).at(-1) ?? '',
    upgrade: (material) => {
      stage = 'TLS is not established';
      const tcp = socket;
      tcp.removeAllListeners('data');
      received = '';
      return new Promise((resolve) => {
        // The leaf is wanted even when it is not to be trusted: it says why. Nothing secret is sent.
        const names = isIP(host) ? { host } : { host, servername: host };
        const secured = dialTls({ socket: tcp, ...names, ...material, rejectUnauthorized: false });
        watch(secured);
        secured.once('secureConnect', () => {
          secured.on('data', listen);
          resolve(secured);
        });
        socket = secured;
      });
    },
  };
}
