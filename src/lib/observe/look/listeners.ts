import { readFile } from 'node:fs/promises';
import { type Answer, answerOf, ConnectionFault } from '../../connection-fault.ts';
import type { Environment } from '../../fleet/fleet.ts';
import { shakeHands } from '../../nats/handshake.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { inspect } from '../../pki/inspect.ts';
import { withSocket } from '../../wire.ts';

/** What a listener serves now. */
export interface ListenerLook {
  notAfter: Date;
}

export interface ListenerAnswer {
  /** Name of the NATS node, or address of the Redis node. */
  node: string;
  listener: 'client' | 'route' | 'redis';
  answer: Answer<ListenerLook>;
}

/** A fresh handshake with every listener of the NATS nodes, and with those of Redis that speak TLS. */
export async function lookAtListeners(environment: Environment): Promise<ListenerAnswer[]> {
  const { nats, redis } = environment;
  const natsListeners = nats.nodes.flatMap((node) =>
    (['client', 'route'] as const).map((listener) => ({
      ...{ node: node.name, listener, host: node.host },
      port: listener === 'client' ? node.clientPort : node.routePort,
    })),
  );
  const redisListeners = (redis.tls ? redis.endpoints : []).map(({ host, port }) => ({
    ...{ node: `${host}:${port}`, listener: 'redis' as const, host, port },
  }));
  return await Promise.all(
    [...natsListeners, ...redisListeners].map(async (target) => ({
      ...{ node: target.node, listener: target.listener },
      answer: await answerOf(servedBy(target, environment)),
    })),
  );
}

interface Target {
  listener: ListenerAnswer['listener'];
  host: string;
  port: number;
}

async function servedBy({ listener, host, port }: Target, environment: Environment): Promise<ListenerLook> {
  const { operator } = environment;
  if (operator === undefined)
    throw new ConnectionFault('tls-identity', 'the environment names no operator identity');
  const address = { host, port, timeout: NATS_TIMEOUT };
  if (listener !== 'redis') {
    const { leaf } = await shakeHands({ ...address, listener }, { identity: operator, ca: operator.ca });
    return inspect(leaf);
  }
  const [cert, key, ca] = await Promise.all(
    [operator.cert, operator.key, operator.ca].map((file) => readFile(file)),
  );
  return await withSocket(address, async (wire) => {
    const socket = await wire.upgrade({ cert, key, ca } as Record<'cert' | 'key' | 'ca', Buffer>);
    const leaf = socket.getPeerX509Certificate();
    if (leaf === undefined) throw new ConnectionFault('tls-trust', 'it serves no certificate');
    return inspect(leaf.toString());
  });
}
