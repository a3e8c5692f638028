import { readFile } from 'node:fs/promises';
import type { NatsConnection } from 'nats';
import { ConnectionFault } from '../connection-fault.ts';
import type { Environment, NatsNode } from '../fleet/fleet.ts';
import { OPERATOR, SYSTEM } from '../fleet/identity.ts';
import { inboxPrefix } from './permissions.ts';
import { systemKey } from './system-key.ts';

/** Milliseconds. A node in the same region connects in a hundredth of it; a frozen one costs all of it, once. */
export const NATS_TIMEOUT = 1500;

/** Connections that several collectors share: one a node and identity, opened when first asked for. */
export interface NatsSessions {
  /** In the fleet's account. @throws ConnectionFault */
  operator(node: NatsNode): Promise<NatsConnection>;
  /** In the system account. @throws ConnectionFault */
  system(node: NatsNode): Promise<NatsConnection>;
  close(): Promise<void>;
}

export function natsSessions({ operator }: Pick<Environment, 'operator'>): NatsSessions {
  const open = new Map<string, Promise<NatsConnection>>();
  const session = (node: NatsNode, holder: string) => {
    const key = `${holder}@${node.name}`;
    const known = open.get(key) ?? connectAs(node, holder);
    known.catch(() => undefined);
    open.set(key, known);
    return known;
  };
  const connectAs = async (node: NatsNode, holder: string) => {
    if (operator === undefined)
      throw new ConnectionFault('tls-identity', 'the environment names no operator identity');
    // Loaded here: a verify of other parts does not wait for the client to be read.
    const { connectNats } = await import('./connect.ts');
    const identity = holder === SYSTEM ? operator.system : operator;
    return await connectNats({
      to: node,
      identity,
      systemKey: holder === SYSTEM ? systemKey(await readFile(identity.key, 'utf8')) : undefined,
      ca: operator.ca,
      inboxPrefix: inboxPrefix(holder),
      name: holder,
      timeout: NATS_TIMEOUT,
    });
  };
  return {
    operator: (node) => session(node, OPERATOR),
    system: (node) => session(node, SYSTEM),
    close: async () => {
      await Promise.allSettled([...open.values()].map(async (nc) => (await nc).close()));
    },
  };
}
