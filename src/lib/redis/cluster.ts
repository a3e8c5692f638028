import type { Redis } from 'ioredis';
import type { RedisNode } from '../fleet/fleet.ts';
import { askRedis, type RedisAccess } from './connect.ts';

/** One node's own view: views differ exactly when something is wrong, so every node is asked. */
export interface RedisView {
  info: ClusterInfo;
  nodes: ClusterNode[];
  replication: Replication;
  persistence: Persistence;
  memory: Memory;
}

/** Bytes, and what is done when there is no more. https://redis.io/docs/latest/commands/info/ */
export interface Memory {
  used: number;
  /** 0 is no limit. */
  max: number;
  policy: string;
  fragmentation: number;
  /** Keys that were thrown away to make room, since it started. */
  evicted: number;
}

/** How the last attempts to write to disk ended: `ok`, `err`. https://redis.io/docs/latest/commands/info/ */
export interface Persistence {
  snapshot: string;
  append: string;
  rewrite: string;
}

/** https://redis.io/docs/latest/commands/cluster-info/ */
export interface ClusterInfo {
  state: string;
  slotsAssigned: number;
  slotsOk: number;
  slotsPfail: number;
  slotsFail: number;
  knownNodes: number;
  size: number;
  epoch: number;
}

/** https://redis.io/docs/latest/commands/cluster-nodes/ */
export interface ClusterNode {
  id: string;
  host: string;
  port: number;
  flags: string[];
  /** Of a replica. */
  primary: string | undefined;
  linked: boolean;
  /** `0-5460`, single slots as they come. */
  slots: string[];
  /** Open migrations; a node tells only its own. */
  migrating: string[];
}

export interface Replication {
  role: string;
  /** A replica's link to its primary. */
  linkUp: boolean;
  syncing: boolean;
  offset: number;
  backlogSize: number;
  /** A primary's replicas. */
  replicas: { host: string; port: number; state: string; offset: number; lag: number }[];
}

/** @throws ConnectionFault */
export async function viewFrom(node: RedisNode, access: RedisAccess, timeout: number): Promise<RedisView> {
  return await askRedis(node, access, timeout, readView);
}

/** Over a connection that is there. */
export async function readView(redis: Redis): Promise<RedisView> {
  const [info, nodes, replication, persistence, memory, stats] = await Promise.all([
    redis.cluster('INFO'),
    redis.cluster('NODES'),
    redis.info('replication'),
    redis.info('persistence'),
    redis.info('memory'),
    redis.info('stats'),
  ]);
  return {
    info: parseClusterInfo(String(info)),
    nodes: parseClusterNodes(String(nodes)),
    replication: parseReplication(String(replication)),
    persistence: parsePersistence(String(persistence)),
    memory: parseMemory(`${memory}\n${stats}`),
  };
}

export function parseClusterInfo(text: string): ClusterInfo {
  const field = fields(text);
  const number = (name: string) => Number(field.get(name) ?? Number.NaN);
  return {
    state: field.get('cluster_state') ?? 'absent',
    slotsAssigned: number('cluster_slots_assigned'),
    slotsOk: number('cluster_slots_ok'),
    slotsPfail: number('cluster_slots_pfail'),
    slotsFail: number('cluster_slots_fail'),
    knownNodes: number('cluster_known_nodes'),
    size: number('cluster_size'),
    epoch: number('cluster_current_epoch'),
  };
}

export function parseClusterNodes(text: string): ClusterNode[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [id = '', address = '', flags = '', primary = '-', , , , link = '', ...slots] = line
        .trim()
        .split(' ');
      const [endpoint = ''] = address.split('@');
      const colon = endpoint.lastIndexOf(':');
      return {
        id,
        host: endpoint.slice(0, colon),
        port: Number(endpoint.slice(colon + 1)),
        flags: flags.split(','),
        primary: primary === '-' ? undefined : primary,
        linked: link === 'connected',
        slots: slots.filter((slot) => !slot.startsWith('[')),
        migrating: slots.filter((slot) => slot.startsWith('[')),
      };
    });
}

export function parseReplication(text: string): Replication {
  const field = fields(text);
  const replicas = [...field].flatMap(([name, value]) =>
    /^slave\d+$/.test(name) ? [parseReplica(value)] : [],
  );
  return {
    role: field.get('role') ?? 'absent',
    linkUp: field.get('master_link_status') === 'up',
    syncing: field.get('master_sync_in_progress') === '1',
    offset: Number(field.get(field.get('role') === 'slave' ? 'slave_repl_offset' : 'master_repl_offset')),
    backlogSize: Number(field.get('repl_backlog_size')),
    replicas,
  };
}

export function parsePersistence(text: string): Persistence {
  const field = fields(text);
  const status = (name: string) => field.get(name) ?? 'absent';
  return {
    snapshot: status('rdb_last_bgsave_status'),
    append: status('aof_last_write_status'),
    rewrite: status('aof_last_bgrewrite_status'),
  };
}

export function parseMemory(text: string): Memory {
  const field = fields(text);
  return {
    used: Number(field.get('used_memory')),
    max: Number(field.get('maxmemory')),
    policy: field.get('maxmemory_policy') ?? 'absent',
    fragmentation: Number(field.get('mem_fragmentation_ratio')),
    evicted: Number(field.get('evicted_keys')),
  };
}

/** `ip=127.0.0.1,port=20033,state=online,offset=1234,lag=0` */
function parseReplica(text: string): Replication['replicas'][number] {
  const field = new Map(text.split(',').map((pair) => pair.split('=', 2) as [string, string]));
  return {
    host: field.get('ip') ?? '',
    port: Number(field.get('port')),
    state: field.get('state') ?? 'absent',
    offset: Number(field.get('offset')),
    lag: Number(field.get('lag')),
  };
}

/** `name:value` lines. */
export function fields(text: string): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
    }),
  );
}
