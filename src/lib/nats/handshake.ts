import { readFile } from 'node:fs/promises';
import type { TLSSocket } from 'node:tls';
import { ConnectionFault } from '../connection-fault.ts';
import type { KeyPairFiles } from '../fleet/fleet.ts';
import { shakingHands } from '../patient-handshake.ts';
import { type Wire, withSocket } from '../wire.ts';

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
  const shake = async (wire: Wire) => {
    const announced = target.listener === 'client' ? parseInfo(await wire.line(/^INFO .*/)) : undefined;
    if (announced !== undefined) heard(announced);
    const socket = await wire.upgrade(material);
    const { peer, protocol, untrusted } = facts(socket);
    const proof = target.listener === 'client' ? await pong(wire) : await wire.line(/^INFO .*/);
    return { info: announced ?? parseInfo(proof), leaf: peer, protocol, untrusted };
  };
  return await shakingHands(() => withSocket(target, shake));
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

export function parseInfo(line: string): Info {
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
