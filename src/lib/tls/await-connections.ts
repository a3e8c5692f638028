import { GsysError } from '../errors.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { type LiveConnection, liveConnections, type NodeConnections } from '../nats/connections.ts';
import { natsSessions } from '../nats/sessions.ts';
import { pause } from '../pause.ts';
import type { TlsContext } from './steps.ts';

/** Who must not be connected any more. */
interface Unwanted {
  is(connection: LiveConnection): boolean;
  /** For a person who has to find out who that is. */
  describe(connection: LiveConnection): string;
  /** Milliseconds that they get to leave. */
  patience: number;
  /** What is wrong when they stay, and what helps. */
  message: string;
  next(left: LiveConnection[]): string;
  /** Whether it has to be known what each of them hears. */
  subscriptions?: boolean;
  /** Where they could be, asked anew each time; all nodes unless said otherwise. */
  nodes?(): Promise<NatsNode[]>;
}

const AGAIN = 300;

/**
 * Waits until nobody unwanted is connected to any node. One that does not tell is no node without them.
 * @returns who is connected then @throws GsysError NOT_PROVEN
 */
export async function untilNobodyIs(
  { is, describe, patience, message, next, subscriptions = false, nodes: where }: Unwanted,
  { fleet, lock, signal }: TlsContext,
): Promise<NodeConnections[]> {
  const { environment } = fleet;
  for (const deadline = Date.now() + patience; ; ) {
    await lock.keep();
    const asked = (await where?.()) ?? environment.nats.nodes;
    const sessions = natsSessions(environment);
    const nodes = await liveConnections(asked, sessions, { subscriptions }).finally(() => sessions.close());
    const silent = nodes.flatMap((seen) =>
      seen.connections === undefined ? [`${seen.node} does not tell who is connected: ${seen.why}`] : [],
    );
    const left = nodes.flatMap(({ connections = [] }) => connections.filter(is));
    if (silent.length + left.length === 0) return nodes;
    if (Date.now() > deadline)
      throw new GsysError('NOT_PROVEN', message, {
        details: [...silent, ...left.map(describe)],
        next: next(left),
      });
    await pause(AGAIN, signal);
  }
}
