import { recogniseFault } from '../../connection-fault.ts';
import type { Environment, NatsNode } from '../../fleet/fleet.ts';
import { greet, type Info } from '../../nats/handshake.ts';
import { NATS_TIMEOUT, natsSessions } from '../../nats/sessions.ts';
import { type Ask, askServer } from '../../nats/system.ts';

/** How nodes can be asked that do not all let gsys in. */
export interface Ways {
  /** How a node greets whoever comes. @throws ConnectionFault */
  info(node: NatsNode): Promise<Info>;
  /**
   * Into the system account: by the node's own door, or, of one that has no TLS yet, by that of another node, which
   * has routes to it. Undefined while no node lets gsys in. @throws ConnectionFault
   */
  to(node: NatsNode): Promise<Ask | undefined>;
  close(): Promise<void>;
}

export function waysInto(environment: Environment): Ways {
  const { nodes } = environment.nats;
  const sessions = natsSessions(environment);
  const info = ({ host, clientPort }: NatsNode) =>
    greet({ listener: 'client', host, port: clientPort, timeout: NATS_TIMEOUT });
  const guideBesides = async (node: NatsNode) => {
    for (const other of nodes.filter((one) => one !== node)) {
      const greeted = await info(other).catch(() => undefined);
      if (greeted === undefined || !offersTls(greeted)) continue;
      const guide = await sessions.system(other).catch(() => undefined);
      if (guide !== undefined) return guide;
    }
    return undefined;
  };
  return {
    info,
    async to(node) {
      const greeted = await info(node);
      const own = offersTls(greeted);
      const system = own ? await sessions.system(node) : await guideBesides(node);
      if (system === undefined) return undefined;
      return async (kind, asked) => {
        try {
          return await askServer(system, kind, NATS_TIMEOUT, asked, greeted.server_id);
        } catch (error) {
          throw recogniseFault(error);
        }
      };
    },
    close: () => sessions.close(),
  };
}

export function offersTls({ tls_required, tls_available }: Info): boolean {
  return tls_required === true || tls_available === true;
}
