import type { TLSSocket } from 'node:tls';
import { ConnectionFault } from '../connection-fault.ts';
import { certificatesIn, isIssuedBy } from '../pki/inspect.ts';
import { withSocket } from '../wire.ts';
import type { Address } from './listeners.ts';
import type { Visitor } from './visitor.ts';

/** What a listener showed in a handshake that was completed: its key was proved, not only its certificate sent. */
export interface Seen {
  /** PEM, as served: the leaf, then whatever came with it. */
  chain: string[];
  /** `TLSv1.3` */
  protocol: string;
  cipher: string;
  /** Why it is not to be trusted for this host; undefined when it is. */
  untrusted: string | undefined;
  /** Whose authority is behind it; undefined when nobody's that we know. */
  authority: 'fleet' | 'public' | undefined;
  at: Date;
}

/**
 * A fresh handshake: what is served now, also by a listener that then refuses us.
 * @param timeout milliseconds that this process is awake, for all of it
 * @throws ConnectionFault
 */
export async function lookAt(address: Address, visitor: Visitor, timeout: number): Promise<Seen> {
  return await withSocket({ ...address, timeout }, async (wire) => {
    if (address.speaks === 'nats') requireTls(await wire.line(/^INFO /));
    const socket = await wire.upgrade({ secureContext: visitor.context });
    return seen(socket, visitor);
  });
}

/** Whoever greets a server that has no TLS with it gets an answer that nobody understands. */
function requireTls(info: string): void {
  if (/"tls_(required|available)":\s*true/.test(info)) return;
  throw new ConnectionFault('protocol', 'it speaks NATS without TLS');
}

function seen(socket: TLSSocket, { bundle }: Visitor): Seen {
  const chain = servedChain(socket);
  const root = chain.at(-1);
  if (root === undefined) throw new ConnectionFault('tls-trust', 'it serves no certificate');
  const ours = certificatesIn(bundle ?? '').some((known) => isIssuedBy(root, known) || known === root);
  return {
    chain,
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().name,
    untrusted: socket.authorized ? undefined : reasonOf(socket),
    authority: ours ? 'fleet' : socket.authorized ? 'public' : undefined,
    at: new Date(),
  };
}

/** What came over the wire; the other view that Node has of it is completed from what we trust. */
function servedChain(socket: TLSSocket): string[] {
  const chain: string[] = [];
  for (
    let next = socket.getPeerX509Certificate();
    next !== undefined && chain.length < MAX_CHAIN;
    next = next.issuerCertificate
  )
    chain.push(next.toString().trim());
  return chain;
}

/** Longer ones exist to keep readers busy. */
const MAX_CHAIN = 10;

/** Node keeps an error where it types a sentence. */
function reasonOf(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError;
  return error instanceof Error ? error.message : String(error);
}
