import { Redis } from 'ioredis';
import type { RedisNode } from '../lib/fleet/fleet.ts';

export interface RedisAccess {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
  password: string;
}

/** One line of CLUSTER NODES: https://redis.io/docs/latest/commands/cluster-nodes */
export interface ClusterNode {
  id: string;
  /** Client port: of embedded nodes, which share an address, the name. */
  port: number;
  flags: string[];
  /** Id of its primary, or undefined if it is one. */
  primary: string | undefined;
  epoch: number;
  /** First and last slot of every range. */
  slots: [number, number][];
}

export interface RedisPeer {
  /** Sends one command and waits for its answer, as long as the connection was told to. */
  command(...words: (string | number)[]): Promise<unknown>;
  /** The cluster as this node sees it; its own line has the flag `myself`. */
  nodes(): Promise<ClusterNode[]>;
  close(): void;
}

/** Milliseconds: who looks at many nodes does not wait long for one. */
const PATIENCE = 1000;

/**
 * A connection to this one node, whatever the cluster is like: nothing is retried or redirected.
 * @param patience milliseconds until a connection or a command is given up
 */
export function connectRedis(node: RedisNode, access: RedisAccess, patience = PATIENCE): RedisPeer {
  const { ca, cert, key, password } = access;
  const client = new Redis({
    host: node.host,
    port: node.port,
    password,
    tls: { ca, cert, key },
    connectTimeout: patience,
    commandTimeout: patience,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: true,
    retryStrategy: () => null,
  });
  // Every command rejects by itself; ioredis would print what nobody listens to.
  client.on('error', () => {});
  const command = (...[name, ...words]: (string | number)[]) =>
    client.call(String(name), ...words.map(String));
  return {
    command,
    nodes: async () => parseNodes(String(await command('CLUSTER', 'NODES'))),
    close: () => client.disconnect(),
  };
}

function parseNodes(text: string): ClusterNode[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', address = '', flags = '', primary = '-', , , epoch, , ...slots] = line.split(' ');
      return {
        id,
        port: Number(/:(\d+)@/.exec(address)?.[1]),
        flags: flags.split(','),
        primary: primary === '-' ? undefined : primary,
        epoch: Number(epoch),
        slots: slots.filter((slot) => !slot.startsWith('[')).map(parseRange),
      };
    });
}

function parseRange(text: string): [number, number] {
  const [first, last = first] = text.split('-').map(Number);
  return [first ?? 0, last ?? 0];
}
