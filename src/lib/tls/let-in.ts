import type { ConnectionFault } from '../connection-fault.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { type CredentialMaterial, shakeHands } from '../nats/handshake.ts';
import { NATS_TIMEOUT } from '../nats/sessions.ts';
import { pause } from '../pause.ts';

/** Milliseconds that a node which is away gets: one that restarts is back by then. */
const PATIENCE = 10_000;
const AGAIN = 500;
/** What may pass by itself; a refusal does not. */
const PASSING = ['tcp', 'timeout'];

/**
 * Comes to every node as a holder would, each in a connection of its own: it has to trust the node, and the node has
 * to answer it.
 * @returns what speaks against it, one line a node; none when all let it in
 */
export async function troubleGettingIn(
  nodes: NatsNode[],
  credentials: CredentialMaterial,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const troubles = await Promise.all(nodes.map((node) => troubleWith(node, credentials, signal)));
  return troubles.flatMap((trouble, i) => (trouble === undefined ? [] : [`${nodes[i]?.name}: ${trouble}`]));
}

async function troubleWith(
  { host, clientPort }: NatsNode,
  credentials: CredentialMaterial,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const target = { listener: 'client', host, port: clientPort, timeout: NATS_TIMEOUT } as const;
  const started = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      const { untrusted } = await shakeHands(target, credentials);
      return untrusted && `its certificate is not to be trusted (${untrusted})`;
    } catch (error) {
      const { kind, message } = error as ConnectionFault;
      if (!PASSING.includes(kind) || performance.now() - started > PATIENCE) return message;
    }
    await pause(AGAIN, signal);
  }
}
