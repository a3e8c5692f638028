export interface RedisServerPlan {
  host: string;
  port: number;
  busPort: number;
  folder: string;
  tls: { cert: string; key: string; ca: string };
  /** AUTH token of clients and of replicas. */
  password: string;
}

/** Bytes for one node: a laptop's share, not a server's. */
const MAX_MEMORY = 64 * 1024 ** 2;

/**
 * Renders a node's redis.conf: TLS on every connection, client certificates and AUTH required, cluster mode.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/config-file
 */
export function renderRedisConfig(plan: RedisServerPlan): string {
  return `# Rendered by gsys from the fleet's definition. Changes here are lost.
bind ${plan.host}
port 0
tls-port ${plan.port}
tls-cert-file ${quote(plan.tls.cert)}
tls-key-file ${quote(plan.tls.key)}
tls-ca-cert-file ${quote(plan.tls.ca)}
tls-auth-clients yes
tls-replication yes
tls-cluster yes
requirepass ${quote(plan.password)}
masterauth ${quote(plan.password)}
cluster-enabled yes
cluster-port ${plan.busPort}
cluster-config-file nodes.conf
cluster-node-timeout 2000
repl-diskless-sync-delay 0
dir ${quote(plan.folder)}
appendonly yes
appendfsync everysec
save ""
maxmemory ${MAX_MEMORY}
maxmemory-policy allkeys-lru
shutdown-timeout 2
daemonize no
`;
}

/** Double quotes take the escapes that JSON writes, but for non-ASCII, which Redis takes as it is. */
function quote(text: string): string {
  return JSON.stringify(text);
}
