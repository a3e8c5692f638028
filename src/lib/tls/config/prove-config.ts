import { messageOf } from '../../errors.ts';
import type { Environment, NatsNode } from '../../fleet/fleet.ts';
import { shakeHands } from '../../nats/handshake.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import type { Varz } from '../../nats/system.ts';
import { pause } from '../../pause.ts';
import { readVarz } from '../prove-node.ts';
import { clusterTroubles, lookAtCluster } from './whole-cluster.ts';

/** What has to be seen of a node's server. */
export interface ConfigExpectation {
  /** The tag of the configuration that it is to have loaded; undefined where that had none. */
  tag: string | undefined;
  /** What its `config_load_time` was: it has to be another one since. */
  loadedBefore?: string | undefined;
  /** What its `start` was: it has to be another one since, and the cluster whole again. */
  startedBefore?: string | undefined;
  /** Whether the cluster has to be whole, JetStream and streams included. */
  whole: boolean;
}

/** Who looks, and how far it is let in. */
export interface Witness {
  /** @throws ConnectionFault of a node that does not tell */
  varz(node: NatsNode): Promise<Varz>;
  /** What speaks against its listeners, in fresh handshakes; one line each. */
  listeners(node: NatsNode): Promise<string[]>;
  /** What keeps the cluster from being whole. */
  cluster(): Promise<string[]>;
  /** What its listeners do where nothing speaks against them. */
  listening: string;
}

/** gsys, with its own certificates, which every node lets in. */
export function ownWitness(environment: Environment): Witness {
  return {
    varz: (node) => readVarz(node, environment),
    listeners: (node) => troubleAtListeners(node, environment),
    cluster: async () => clusterTroubles(await lookAtCluster(environment)),
    listening: 'client and route port let us in',
  };
}

export interface ProveContext {
  environment: Environment;
  witness: Witness;
  signal: AbortSignal | undefined;
  /** Before each look. @throws GsysError LOCKED */
  keepLock(): Promise<void>;
  /** Told of what is still missing, whenever that is something else. */
  waiting(detail: string): void;
}

const AGAIN = 300;

/**
 * Looks at a node until all of it is seen: a fresh handshake on both of its listeners lets us in, the configuration that
 * it has loaded is this one, loaded since, by a process that started since.
 * @param patience milliseconds
 * @returns what was seen, or what was still missing in the end
 */
export async function proveConfig(
  node: NatsNode,
  expected: ConfigExpectation,
  { environment, witness, signal, keepLock, waiting }: ProveContext,
  patience: number,
): Promise<{ proved: boolean; detail: string }> {
  let told = '';
  for (const deadline = Date.now() + patience; ; ) {
    await keepLock();
    const missing = await lookFor(node, expected, environment, witness).catch((error: unknown) => [
      messageOf(error),
    ]);
    signal?.throwIfAborted();
    if (missing.length === 0) return { proved: true, detail: wordsFor(expected, witness) };
    const detail = missing.join('; ');
    if (Date.now() > deadline) return { proved: false, detail };
    if (detail !== told) waiting(detail);
    told = detail;
    await pause(AGAIN, signal);
  }
}

async function lookFor(
  node: NatsNode,
  expected: ConfigExpectation,
  environment: Environment,
  witness: Witness,
): Promise<string[]> {
  const missing = [
    ...(await witness.listeners(node)),
    ...lacksIn(await witness.varz(node), expected, environment.nats.nodes.length - 1),
  ];
  return missing.length > 0 || !expected.whole ? missing : await witness.cluster();
}

async function troubleAtListeners(node: NatsNode, { operator }: Environment): Promise<string[]> {
  if (operator === undefined) return ['the environment names no operator identity'];
  const { host, clientPort, routePort } = node;
  const listeners = [
    { listener: 'client', port: clientPort },
    { listener: 'route', port: routePort },
  ] as const;
  const seen = await Promise.all(
    listeners.map(async ({ listener, port }) => {
      const target = { listener, host, port, timeout: NATS_TIMEOUT };
      try {
        const { untrusted } = await shakeHands(target, { identity: operator, ca: operator.ca });
        return untrusted === undefined ? [] : [`${listener} port: not to be trusted (${untrusted})`];
      } catch (error) {
        return [`${listener} port: ${messageOf(error)}`];
      }
    }),
  );
  return seen.flat();
}

/** What of it a server's own word does not bear out. */
export function lacksIn(varz: Varz, expected: ConfigExpectation, peers: number): string[] {
  const { tag, loadedBefore, startedBefore } = expected;
  return [
    ...(varz.start === startedBefore ? ['it has not been restarted'] : []),
    ...(varz.config_load_time === loadedBefore ? ['it has not taken the reload'] : []),
    ...(tag !== undefined && !varz.tags?.includes(tag)
      ? ['what it has loaded is another configuration']
      : []),
    ...((varz.remotes ?? 0) < peers ? [`it has routes to ${varz.remotes ?? 0} of ${peers} nodes`] : []),
  ];
}

function wordsFor(
  { tag, startedBefore, loadedBefore, whole }: ConfigExpectation,
  { listening }: Witness,
): string {
  const how = startedBefore !== undefined ? 'restarted' : loadedBefore !== undefined ? 'reloaded' : 'running';
  const what = tag === undefined ? '' : ` with ${tag}`;
  return `${how}${what}; ${listening}${whole ? ', routes and JetStream are whole' : ''}`;
}
