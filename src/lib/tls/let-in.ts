import { ConnectionFault, recogniseFault } from '../connection-fault.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { SYSTEM } from '../fleet/identity.ts';
import { connectNats } from '../nats/connect.ts';
import { type CredentialMaterial, shakeHands } from '../nats/handshake.ts';
import { inboxPrefix } from '../nats/permissions.ts';
import { NATS_TIMEOUT } from '../nats/sessions.ts';
import { askServer } from '../nats/system.ts';
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
  return await troubleAt(nodes, (node) => troubleWith(() => getIn(node, credentials), signal));
}

/** The same asked once, of whom it can be asked: a node that is away refuses nobody. */
export async function refusalsGettingIn(
  nodes: NatsNode[],
  credentials: CredentialMaterial,
): Promise<string[]> {
  return await troubleAt(nodes, async (node) => {
    const fault = await getIn(node, credentials).then(() => undefined, recogniseFault);
    return fault === undefined || PASSING.includes(fault.kind) ? undefined : fault.message;
  });
}

async function getIn({ host, clientPort }: NatsNode, credentials: CredentialMaterial): Promise<void> {
  const target = { listener: 'client', host, port: clientPort, timeout: NATS_TIMEOUT } as const;
  const { untrusted } = await shakeHands(target, credentials);
  if (untrusted !== undefined)
    throw new ConnectionFault('tls-trust', `its certificate is not to be trusted (${untrusted})`);
}

/** The same into the system account: the node tells of itself there. */
export async function troubleInSystem(
  nodes: NatsNode[],
  credentials: CredentialMaterial,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const tellOfItself = async (to: NatsNode) => {
    const named = { inboxPrefix: inboxPrefix(SYSTEM), name: SYSTEM, timeout: NATS_TIMEOUT };
    const system = await connectNats({ to, ...credentials, ...named });
    try {
      await askServer(system, 'VARZ', NATS_TIMEOUT);
    } finally {
      await system.close();
    }
  };
  return await troubleAt(nodes, (node) => troubleWith(() => tellOfItself(node), signal));
}

async function troubleAt(
  nodes: NatsNode[],
  ask: (node: NatsNode) => Promise<string | undefined>,
): Promise<string[]> {
  const troubles = await Promise.all(nodes.map(ask));
  return troubles.flatMap((trouble, i) => (trouble === undefined ? [] : [`${nodes[i]?.name}: ${trouble}`]));
}

async function troubleWith(
  knock: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const started = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      await knock();
      return undefined;
    } catch (error) {
      const { kind, message } = recogniseFault(error);
      if (!PASSING.includes(kind) || performance.now() - started > PATIENCE) return message;
    }
    await pause(AGAIN, signal);
  }
}
