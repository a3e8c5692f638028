import { readFile } from 'node:fs/promises';
import { connect as dialTcp, isIP, type Socket } from 'node:net';
import { connect as dialTls, type SecureContext, type TLSSocket } from 'node:tls';
import { afterAwake } from '../awake.ts';
import { ConnectionFault, recogniseFault } from '../connection-fault.ts';
import type { KeyPairFiles } from '../fleet/fleet.ts';

/** A client port sends INFO in the clear and then upgrades; a route port is TLS from the first byte. */
export type Listener = 'client' | 'route';

export interface HandshakeTarget {
  listener: Listener;
  host: string;
  port: number;
  /** Milliseconds that this process is awake, for all of it. */
  timeout: number;
}

export interface Info {
  server_id: string;
  server_name: string;
  version: string;
  cluster?: string;
  tls_required?: boolean;
  /** It takes clients with TLS and without. */
  tls_available?: boolean;
  /** Client ports of all that it has routes to. */
  connect_urls?: string[];
  auth_required?: boolean;
  jetstream?: boolean;
}

export interface Handshake {
  info: Info;
  /** The served leaf, PEM. */
  leaf: string;
  /** `TLSv1.3` */
  protocol: string;
  /** Why the leaf is not to be trusted for this host; undefined when it is. */
  untrusted: string | undefined;
}

export type Credentials = CredentialFiles | CredentialMaterial;

export interface CredentialFiles {
  identity: KeyPairFiles;
  /** File: the trust bundle. */
  ca: string;
}

/** The same as PEM, of an identity that has no files here. */
export interface CredentialMaterial {
  cert: string;
  key: string;
  ca: string;
}

/**
 * A fresh handshake with our authority and identity: what the listener serves *now*, which connections that are
 * open already say nothing about. It ends only when the server has accepted us, because TLS 1.3 refuses late.
 * @param heard told of a client port's INFO as soon as it is there: a node that lets nobody in has answered too
 * @throws ConnectionFault
 */
export async function shakeHands(
  target: HandshakeTarget,
  credentials: Credentials,
  heard: (info: Info) => void = () => undefined,
): Promise<Handshake> {
  const material = await materialOf(credentials);
  return await withSocket(target, async (wire) => {
    const announced = target.listener === 'client' ? parseInfo(await wire.line(/^INFO .*/)) : undefined;
    if (announced !== undefined) heard(announced);
    const socket = await wire.upgrade(material);
    const { peer, protocol, untrusted } = facts(socket);
    const proof = target.listener === 'client' ? await pong(wire) : await wire.line(/^INFO .*/);
    return { info: announced ?? parseInfo(proof), leaf: peer, protocol, untrusted };
  });
}

/** How a client port greets whoever comes; nothing more is said. @throws ConnectionFault */
export async function greet(target: HandshakeTarget): Promise<Info> {
  return await withSocket(target, async (wire) => parseInfo(await wire.line(/^INFO .*/)));
}

/**
 * Comes without TLS, and is content when the server takes that: a client port has to answer a PING to nobody in
 * particular, a route port to greet.
 * @returns how it greets @throws ConnectionFault
 */
export async function greetInPlain(target: HandshakeTarget): Promise<Info> {
  return await withSocket(target, async (wire) => {
    const info = parseInfo(await wire.line(/^INFO .*/));
    if (target.listener === 'client') {
      wire.send(PLAIN_HELLO);
      await pongOn(wire, 'it lets nobody in without TLS');
    }
    return info;
  });
}

async function materialOf(credentials: Credentials): Promise<CredentialMaterial> {
  if (!('identity' in credentials)) return credentials;
  const { identity, ca: file } = credentials;
  const [cert, key, ca] = await Promise.all(
    [identity.cert, identity.key, file].map((name) => readFile(name, 'utf8')),
  );
  return { cert, key, ca } as CredentialMaterial;
}

/** CONNECT is judged when it is read; the PONG tells that it was accepted. */
export const HELLO =
  'CONNECT {"verbose":false,"pedantic":false,"tls_required":true,"name":"gsys-probe","lang":"node","version":"1","protocol":1}\r\nPING\r\n';

const PLAIN_HELLO = HELLO.replace('"tls_required":true', '"tls_required":false');

async function pong(wire: Wire): Promise<string> {
  wire.send(HELLO);
  return await pongOn(wire, 'it knows nobody by our certificate');
}

async function pongOn(wire: Wire, otherwise: string): Promise<string> {
  const line = await wire.line(/^(PONG|-ERR .*)/);
  if (line.startsWith('PONG')) return line;
  throw new ConnectionFault('auth', `${otherwise} (${line.trim()})`);
}

function parseInfo(line: string): Info {
  try {
    return JSON.parse(line.slice('INFO '.length)) as Info;
  } catch (cause) {
    throw new ConnectionFault('protocol', 'what listens there is not a NATS server', cause);
  }
}

function facts(socket: TLSSocket) {
  const peer = socket.getPeerX509Certificate()?.toString();
  if (peer === undefined) throw new ConnectionFault('tls-trust', 'it serves no certificate');
  return {
    peer,
    protocol: socket.getProtocol() ?? 'unknown',
    untrusted: socket.authorized ? undefined : String(socket.authorizationError),
  };
}

/** One connection, spoken by hand. */
export interface Wire {
  send(text: string): void;
  /** The first line that matches; the rest is dropped. */
  line(pattern: RegExp): Promise<string>;
  /** All lines up to the first that matches, that one included. */
  lines(pattern: RegExp): Promise<string[]>;
  upgrade(material: {
    cert?: Buffer | string;
    key?: Buffer | string;
    ca?: Buffer | string;
    /** The same, ready made: reading authorities takes longer than a handshake. */
    secureContext?: SecureContext;
  }): Promise<TLSSocket>;
}

/** Opens a connection, speaks, closes. Whatever goes wrong, in whatever layer, becomes one ConnectionFault. */
export async function withSocket<Result>(
  { host, port, timeout }: HandshakeTarget,
  speak: (wire: Wire) => Promise<Result>,
): Promise<Result> {
  let socket: Socket = dialTcp({ host, port, noDelay: true });
  let failed: (reason: Error) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  failure.catch(() => undefined);
  let stage = 'TCP does not connect';
  const cancel = afterAwake(timeout, () =>
    failed(new ConnectionFault('timeout', `${stage} within ${timeout} ms`)),
  );
  const watch = (watched: Socket) => {
    watched.on('error', (error) => failed(recogniseFault(error)));
    watched.on('close', () => failed(new ConnectionFault('tcp', 'the connection was closed')));
  };
  watch(socket);
  let received = '';
  const wire: Wire = {
    send: (text) => void socket.write(text),
    line: async (pattern) => (await wire.lines(pattern)).at(-1) ?? '',
    lines: (pattern) => {
      stage = `no ${pattern.source.replace(/\W+/g, ' ').trim()}`;
      return new Promise((resolve) => {
        const look = () => {
          const lines = received.split('\r\n').slice(0, -1);
          const found = lines.findIndex((text) => pattern.test(text));
          if (found < 0) return;
          received = '';
          socket.off('data', take);
          resolve(lines.slice(0, found + 1));
        };
        const take = (chunk: Buffer) => {
          received += chunk.toString('latin1');
          look();
        };
        socket.on('data', take);
        look();
      });
    },
    upgrade: (material) => {
      stage = 'TLS is not established';
      const tcp = socket;
      tcp.removeAllListeners('data');
      return new Promise((resolve) => {
        // The leaf is wanted even when it is not to be trusted: it says why. Nothing secret is sent.
        const names = isIP(host) ? { host } : { host, servername: host };
        const secured = dialTls({ socket: tcp, ...names, ...material, rejectUnauthorized: false });
        watch(secured);
        secured.once('secureConnect', () => resolve(secured));
        socket = secured;
      });
    },
  };
  try {
    const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    await Promise.race([connected, failure]);
    return await Promise.race([speak(wire), failure]);
  } catch (error) {
    throw recogniseFault(error);
  } finally {
    cancel();
    socket.destroy();
  }
}
