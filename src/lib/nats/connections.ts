import { recogniseFault } from '../connection-fault.ts';
import type { NatsNode } from '../fleet/fleet.ts';
import { NATS_TIMEOUT, type NatsSessions } from './sessions.ts';
import { askServer, type Connz } from './system.ts';

/** A client that is connected now, as its node tells. */
export interface LiveConnection {
  node: string;
  /** Of this node; never used again while it runs. */
  cid: number;
  /** The NATS user that its certificate was mapped to; empty when it was to none. */
  user: string;
  /** As the client calls itself: a service's tasks by the service. */
  name: string;
  /** Where it comes from: `10.0.1.7:51034`. */
  address: string;
  /** Its library and that one's version. */
  library: string;
  /** `1.3`; undefined of one without TLS. */
  tls: string | undefined;
  /** By the node's clock. */
  start: Date;
  /** SHA-256 of its leaf certificate, lower-case hexadecimal; undefined of one that came without. */
  leaf: string | undefined;
  /** The same of what it sent besides. */
  chain: string[];
  /** What it hears, where that was asked for; a queue group is empty where there is none. */
  subscriptions: { subject: string; queue: string }[];
}

/** What one node tells. Of one that does not, nothing is known: least of all that nobody is connected. */
export type NodeConnections =
  | { node: string; connections: LiveConnection[] }
  | { node: string; connections: undefined; why: string };

interface Paging {
  /** Rows an answer; of detailed ones a quarter of it, as no answer may be larger than the largest message. */
  pageSize?: number;
  /** Whether to ask what each of them hears. */
  subscriptions?: boolean;
}

/** Asks every node, each by itself, for all clients that are connected to it. */
export async function liveConnections(
  nodes: NatsNode[],
  sessions: Pick<NatsSessions, 'system'>,
  { pageSize = PAGE, subscriptions = false }: Paging = {},
): Promise<NodeConnections[]> {
  return await Promise.all(
    nodes.map(async (node): Promise<NodeConnections> => {
      try {
        return {
          node: node.name,
          connections: await connectionsOf(node, sessions, { pageSize, subscriptions }),
        };
      } catch (error) {
        return { node: node.name, connections: undefined, why: recogniseFault(error).message };
      }
    }),
  );
}

/** Rows of a page: the server's own default, https://docs.nats.io/running-a-nats-service/nats_admin/monitoring */
const PAGE = 1024;
/** Pages that are asked for at most: a hundred thousand clients, or a list that never holds still. */
const MOST_PAGES = 100;

/**
 * Pages overlap by one row. Where the last row of a page is not found at the head of the next one, somebody left and
 * others have moved up: what was skipped is read again.
 */
async function connectionsOf(
  node: NatsNode,
  { system }: Pick<NatsSessions, 'system'>,
  { pageSize, subscriptions }: Required<Paging>,
): Promise<LiveConnection[]> {
  const limit = subscriptions ? Math.ceil(pageSize / 4) : pageSize;
  const session = await system(node);
  const rows = new Map<number, Connz['connections'][number]>();
  let offset = 0;
  let last = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const asked = {
      auth: true,
      sort: 'cid',
      limit,
      offset,
      ...(subscriptions && { subscriptions, subscriptions_detail: true }),
    } as const;
    const { connections } = await askServer(session, 'CONNZ', NATS_TIMEOUT, asked);
    const first = connections[0]?.cid;
    if (offset > 0 && (first === undefined || first > last)) {
      offset = Math.max(0, offset - limit);
      continue;
    }
    for (const row of connections) rows.set(row.cid, row);
    last = connections.at(-1)?.cid ?? 0;
    if (connections.length < limit) return [...rows.values()].map((row) => connectionOf(node, row));
    offset += connections.length - 1;
  }
  throw new Error(`its list of connections does not come to an end within ${MOST_PAGES} pages`);
}

function connectionOf(node: NatsNode, row: Connz['connections'][number]): LiveConnection {
  const [leaf, ...chain] = (row.tls_peer_certs ?? []).map((certificate) => certificate.cert_sha256);
  return {
    ...{ node: node.name, cid: row.cid, name: row.name ?? '', start: new Date(row.start) },
    ...{ user: row.authorized_user ?? '', leaf, chain, tls: row.tls_version },
    address: `${row.ip ?? 'unknown'}:${row.port ?? 0}`,
    subscriptions: (row.subscriptions_list_detail ?? []).map(({ subject, qgroup = '' }) => ({
      subject,
      queue: qgroup,
    })),
    library: [row.lang, row.version].filter(Boolean).join(' '),
  };
}

/** Milliseconds in which who has connected is let in or refused, and a task subscribes to all that it serves. */
const SETTLED = 10_000;

/** Whoever has just come may still be shaking hands, or about to be refused. Replayed evidence has its dates as text. */
export function isSettled({ start }: Pick<LiveConnection, 'start'>, now: Date): boolean {
  return now.getTime() - new Date(start).getTime() > SETTLED;
}
