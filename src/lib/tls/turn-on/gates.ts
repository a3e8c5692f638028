import { ssm } from '../../aws/ssm.ts';
import { GsysError } from '../../errors.ts';
import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import type { LiveConnection } from '../../nats/connections.ts';
import { untilNobodyIs } from '../await-connections.ts';
import { readInventory } from '../inventory.ts';
import type { TlsContext } from '../steps.ts';
import { judgeReadiness, leavesOf, whoIs } from './unready.ts';
import { offersTls, waysInto } from './ways.ts';

/**
 * Waits until nobody is connected who would notice that nobody gets in without a certificate any more.
 * @param patience milliseconds @throws GsysError NOT_PROVEN, with everybody who would
 */
export async function untilAllAreReady(patience: number, context: TlsContext): Promise<void> {
  const { fleet, access, tell } = context;
  const judge = judgeReadiness(fleet, leavesOf(fleet, await readInventory(ssm(access), fleet)));
  const nodes = await untilNobodyIs(
    {
      is: (connection) => judge(connection) !== undefined,
      describe: (connection) => `${whoIs(connection)}: ${judge(connection)}`,
      ...{ patience, subscriptions: true },
      message: 'somebody is connected who would be locked out',
      next: () => 'bring them their certificates (services: gsys tls distribute), then: gsys tls turn-on',
    },
    context,
  );
  for (const { node, connections = [] } of nodes) {
    const detail = `${connections.length} connections, all with TLS and a certificate that says who they are`;
    tell({ type: 'proved', holder: node, detail });
  }
}

/** The same before TLS goes: whoever insists on it would not come back. gsys itself does not count. */
export async function untilNobodyNeedsTls(patience: number, context: TlsContext): Promise<void> {
  const { fleet, access } = context;
  const leaves = leavesOf(fleet, await readInventory(ssm(access), fleet));
  const isOwn = (leaf = '') => leaves.get(leaf)?.kind === 'operator';
  await untilNobodyIs(
    {
      is: ({ tls, leaf }: LiveConnection) => tls !== undefined && !isOwn(leaf),
      describe: (connection) => `${whoIs(connection)}: it comes with TLS`,
      patience,
      nodes: () => nodesWithTls(fleet),
      message: 'somebody is connected with TLS, and would not be let in any more',
      next: () => 'take TLS from them first, then: gsys tls turn-on --to plain',
    },
    context,
  );
}

/** Those that have no TLS any more have nobody with it, and do not let gsys ask them. One that is silent is asked. */
async function nodesWithTls({ environment }: Fleet): Promise<NatsNode[]> {
  const ways = waysInto(environment);
  const { nodes } = environment.nats;
  const infos = await Promise.all(nodes.map((node) => ways.info(node).catch(() => undefined)));
  return nodes.filter((_, i) => {
    const info = infos[i];
    return info === undefined || offersTls(info);
  });
}

/**
 * Whoever takes up TLS because it is offered, and has no certificate, is not let in. Seen at the first nodes, it costs
 * nobody anything yet; at the last, they would be let in nowhere.
 */
export function refusalsAtNodes({ environment }: Fleet) {
  let known: Set<string> | undefined;
  /** @returns who was refused since this was asked first, one line each */
  return async (): Promise<string[]> => {
    const ways = waysInto(environment);
    try {
      const lines = new Map<string, string>();
      for (const node of environment.nats.nodes) {
        const [info, ask] = [await ways.info(node), await ways.to(node)];
        const closed = await ask?.('CONNZ', { state: 1, limit: MOST });
        for (const { cid, reason = '', ip = 'an unknown address', stop } of closed?.connections ?? [])
          if (reason === REFUSED)
            lines.set(`${info.server_id} ${cid}`, `${node.name}: somebody from ${ip}, at ${stop}`);
      }
      const fresh = [...lines].filter(([key]) => known !== undefined && !known.has(key));
      known ??= new Set(lines.keys());
      return fresh.map(([, line]) => line);
    } finally {
      await ways.close();
    }
  };
}

/** As the server says it: https://docs.nats.io/running-a-nats-service/nats_admin/monitoring */
const REFUSED = 'TLS Handshake Failure';
/** A page of those that have left; a server remembers ten thousand. */
const MOST = 1024;

/** @throws GsysError NOT_PROVEN */
export function requireNoneRefused(refusals: string[]): void {
  if (refusals.length === 0) return;
  throw new GsysError(
    'NOT_PROVEN',
    'somebody takes up TLS where it is offered, without a certificate, and is refused',
    {
      details: refusals,
      next: 'tell that client to do without (nats.js: tls: null) or give it its certificate, then the same again; or: gsys tls turn-on --to plain',
    },
  );
}
