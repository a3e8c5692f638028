/** What a node says of itself. https://redis.io/docs/latest/commands/info/ */
export interface NodeInfo {
  /** Another one after every start, when counters begin anew. */
  runId: string;
  /** Seconds since it started. */
  uptime: number;
  clients: number;
  /** Since it started. */
  commands: number;
  replication: Replication;
  persistence: Persistence;
  memory: Memory;
}

/** Bytes, and what is done when there is no more. */
export interface Memory {
  used: number;
  /** 0 is no limit. */
  max: number;
  /** What its machine has. */
  machine: number;
  policy: string;
  fragmentation: number;
  /** Keys that were thrown away to make room, since it started. */
  evicted: number;
}

/** How the last attempts to write to disk ended: `ok`, `err`. */
export interface Persistence {
  snapshot: string;
  append: string;
  rewrite: string;
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

/** Of the reply to INFO, every section. A number that is not there is NaN, a word `absent`. Pure. */
export function parseInfo(text: string): NodeInfo {
  const field = fields(text);
  return {
    runId: field.get('run_id') ?? 'absent',
    uptime: Number(field.get('uptime_in_seconds')),
    clients: Number(field.get('connected_clients')),
    commands: Number(field.get('total_commands_processed')),
    replication: replicationIn(field),
    persistence: persistenceIn(field),
    memory: memoryIn(field),
  };
}

type Fields = Map<string, string>;

function replicationIn(field: Fields): Replication {
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

function persistenceIn(field: Fields): Persistence {
  const status = (name: string) => field.get(name) ?? 'absent';
  return {
    snapshot: status('rdb_last_bgsave_status'),
    append: status('aof_last_write_status'),
    rewrite: status('aof_last_bgrewrite_status'),
  };
}

function memoryIn(field: Fields): Memory {
  return {
    used: Number(field.get('used_memory')),
    max: Number(field.get('maxmemory')),
    machine: Number(field.get('total_system_memory')),
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
