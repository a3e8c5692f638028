import type { NatsConnection } from 'nats';
import { HELD_UP } from '../awake.ts';
import { ConnectionFault, recogniseFault, withDeadline } from '../connection-fault.ts';
import type { Replica } from './replicas.ts';
import type { StreamDetail } from './stream-state.ts';

/** What a server says of itself, as far as gsys reads it. https://docs.nats.io/running-a-nats-service/nats_admin/monitoring */
export interface Varz {
  server_id: string;
  server_name: string;
  version: string;
  now: string;
  start: string;
  config_load_time: string;
  /** Of its configuration, as it has loaded it. */
  tags?: string[];
  /** Distinct peers; `routes` counts connections, of which pooling makes several a peer. */
  remotes?: number;
  cluster?: { name?: string };
  /** Clients that were cut off because they did not read fast enough, since the server started. */
  slow_consumers?: number;
  /** Connections that were cut off because nothing was heard of them any more. */
  stale_connections?: number;
  auth_required?: boolean;
  tls_required?: boolean;
  tls_verify?: boolean;
}

/** The same, of what it has to do. */
export interface Load {
  /** Of clients. */
  connections: number;
  /** Since it started, of clients, routes and whoever else. */
  in_msgs: number;
  out_msgs: number;
  in_bytes: number;
  out_bytes: number;
  /** Cut off since it started, because they did not read. */
  slow_consumers: number;
  /** Bytes. */
  mem: number;
  /** Percent of one core. */
  cpu: number;
  /** Bytes, of its own disk; absent without JetStream. */
  jetstream?: {
    config?: { max_storage: number };
    stats?: { storage: number };
    meta?: { leader?: string; cluster_size: number };
  };
}

export interface Routez {
  routes?: { remote_id: string; remote_name?: string; did_solicit: boolean; start?: string }[];
}

export interface Jsz {
  disabled?: boolean;
  /** Bytes that are used, and may be; on a server without JetStream there is none of it. */
  memory?: number;
  storage?: number;
  config?: { max_memory: number; max_storage: number };
  meta_cluster?: {
    name?: string;
    leader?: string;
    cluster_size: number;
    /** Filled on the leader alone. */
    replicas?: Replica[];
  };
  /** Where they were asked for. */
  account_details?: { name: string; stream_detail?: StreamDetail[] }[];
}

export interface Connz {
  /** Of all that there are, from `offset` on; those of clients alone. */
  connections: {
    cid: number;
    name?: string;
    start: string;
    /** When it ended, and why; of closed ones. */
    stop?: string;
    reason?: string;
    /** Where it comes from, as the node sees it. */
    ip?: string;
    port?: number;
    /** Of its library: `nats.js`. */
    lang?: string;
    version?: string;
    /** `1.3`; undefined of one without TLS. */
    tls_version?: string;
    /** As it was mapped; with `auth` only, as the certificates. */
    authorized_user?: string;
    /** With `subscriptions_detail` only: what the server holds for it, with the queue groups. */
    subscriptions_list_detail?: { subject: string; qgroup?: string }[];
    /** Lower-case hexadecimal SHA-256 of each certificate that the client sent, its leaf first. */
    tls_peer_certs?: { cert_sha256: string }[];
  }[];
}

/** What may be asked for besides. */
interface Asked {
  VARZ: object;
  ROUTEZ: object;
  /** `consumer`: all of them; monitoring over HTTP calls it `consumers`, and each ignores the other's word. */
  JSZ: { accounts?: boolean; streams?: boolean; consumer?: boolean; config?: boolean };
  CONNZ: {
    auth?: boolean;
    /** 1: those that have ended, as far as the server remembers. */
    state?: 1;
    sort?: 'cid';
    limit?: number;
    offset?: number;
    subscriptions?: boolean;
    subscriptions_detail?: boolean;
  };
}

interface Answers {
  VARZ: Varz & Load;
  ROUTEZ: Routez;
  JSZ: Jsz;
  CONNZ: Connz;
}

/** One server, whichever connection leads to it. @throws ConnectionFault */
export type Ask = <Kind extends keyof Answers>(kind: Kind, asked?: Asked[Kind]) => Promise<Answers[Kind]>;

/**
 * Asks the one server that a connection of the system account is pinned to: through its client port, so that it
 * works where monitoring listens on loopback only.
 * @param timeout milliseconds that this process is awake
 * @param id of another server that this one has a way to, where it is not this one that is asked
 * @throws ConnectionFault
 */
export async function askServer<Kind extends keyof Answers>(
  system: NatsConnection,
  kind: Kind,
  timeout: number,
  asked: Asked[Kind] = {},
  id = system.info?.server_id,
): Promise<Answers[Kind]> {
  try {
    const request = system.request(`$SYS.REQ.SERVER.${id}.${kind}`, JSON.stringify(asked), {
      timeout: timeout * HELD_UP,
    });
    const reply = await withDeadline(request, timeout);
    const { data, error } = reply.json<{ data?: Answers[Kind]; error?: { description?: string } }>();
    if (data !== undefined) return data;
    throw new ConnectionFault('protocol', `${kind}: ${error?.description ?? 'an answer without data'}`);
  } catch (error) {
    if ((error as { code?: string }).code === '503')
      throw new ConnectionFault('permission', 'our identity is not in the system account', error);
    throw recogniseFault(error);
  }
}
