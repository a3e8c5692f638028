import { recogniseFault } from '../connection-fault.ts';
import { messageOf } from '../errors.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { shakeHands } from '../nats/handshake.ts';
import { natsSessions } from '../nats/sessions.ts';
import { askServer } from '../nats/system.ts';
import { pause } from '../pause.ts';
import type { KeyPair } from '../pki/authority.ts';
import { inspect } from '../pki/inspect.ts';
import { shortSerial } from './judge-holder.ts';
import { listenersOf } from './listeners.ts';
import { lookAtListeners } from './look-at-listeners.ts';
import type { TlsContext } from './steps.ts';
import { visitorOf } from './visitor.ts';

/** What has to be seen of a node. */
export interface NodeExpectation {
  /** PEM: the leaf that both listeners have to serve. */
  leaf: string;
  /** What `config_load_time` was before it was told to reload: it has to be another one since. */
  loadedBefore?: string | undefined;
  /** Who has to be let in. */
  probe?: KeyPair | undefined;
}

/** Milliseconds. A reload takes a hundredth of a second; a node that has just been started forms its routes in seconds. */
const PATIENCE = 15_000;
const ASK = 1500;
const AGAIN = 200;

/**
 * Looks at a node until all of it is seen in fresh handshakes: the certificate on both listeners, trusted by us; the
 * configuration loaded since; we let in by it; routes to all other nodes.
 * @returns what was seen, or what was still missing in the end
 */
export async function proveNode(
  node: NatsNode,
  expected: NodeExpectation,
  { fleet, signal }: Pick<TlsContext, 'fleet' | 'signal'>,
  patience = PATIENCE,
): Promise<{ proved: boolean; detail: string }> {
  const { environment } = fleet;
  const listeners = listenersOf({ ...environment, redis: { ...environment.redis, endpoints: [] } }).filter(
    ({ holder }) => holder === node.name,
  );
  const serial = shortSerial(inspect(expected.leaf).serial);
  const look = async (): Promise<string[]> => {
    const visitor = await visitorOf(environment.operator);
    const looked = await lookAtListeners(listeners, visitor, signal);
    const missing = looked.flatMap(({ listener, seen, fault }) => {
      if (seen === undefined) return [`${listener.listener}: ${fault?.message}`];
      if (seen.untrusted !== undefined)
        return [`${listener.listener}: not to be trusted (${seen.untrusted})`];
      const served = inspect(seen.chain[0] ?? '');
      if (served.fingerprint === inspect(expected.leaf).fingerprint) return [];
      return [`${listener.listener} serves ${shortSerial(served.serial)}, not ${serial}`];
    });
    if (missing.length > 0) return missing;
    if (expected.probe !== undefined) {
      const target = { listener: 'client', host: node.host, port: node.clientPort, timeout: ASK } as const;
      await shakeHands(target, { ...expected.probe, ca: visitor.bundle ?? '' });
    }
    return await lookInside(node, expected, fleet);
  };
  for (const deadline = Date.now() + patience; ; ) {
    const missing = await look().catch((error: unknown) => [messageOf(error)]);
    signal?.throwIfAborted();
    if (missing.length === 0) {
      const what = expected.loadedBefore === undefined ? 'serve' : 'serve, since a reload,';
      return { proved: true, detail: `client and route port ${what} ${serial}` };
    }
    if (Date.now() > deadline) return { proved: false, detail: missing.join('; ') };
    await pause(AGAIN, signal);
  }
}

async function lookInside(
  node: NatsNode,
  { leaf, loadedBefore }: NodeExpectation,
  { environment }: TlsContext['fleet'],
): Promise<string[]> {
  const varz = await readVarz(node, environment);
  const peers = environment.nats.nodes.length - 1;
  const missing: string[] = [];
  if (loadedBefore !== undefined && varz.config_load_time === loadedBefore)
    missing.push('its configuration was loaded no later than before');
  if (new Date(varz.now) < inspect(leaf).notBefore)
    missing.push(`by its clock, ${varz.now}, the certificate is not valid yet`);
  if ((varz.remotes ?? 0) < peers) missing.push(`it has routes to ${varz.remotes ?? 0} of ${peers} nodes`);
  return missing;
}

/**
 * By a connection of its own: one that is open already says nothing about who is let in now. A busy server ends a
 * handshake that takes longer than its five seconds; such a connection says nothing about who is let in either, and
 * there is another attempt.
 * @throws ConnectionFault
 */
export async function readVarz(node: NatsNode, environment: TlsContext['fleet']['environment']) {
  try {
    return await readOnce(node, environment);
  } catch (error) {
    if (recogniseFault(error).kind !== 'tcp') throw error;
    return await readOnce(node, environment);
  }
}

async function readOnce(node: NatsNode, environment: TlsContext['fleet']['environment']) {
  const sessions = natsSessions(environment);
  try {
    return await askServer(await sessions.system(node), 'VARZ', ASK);
  } finally {
    await sessions.close();
  }
}
