import path from 'node:path';
import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import { type ConfigMap, ConfigSyntaxError, type ConfigValue, parseConfig } from '../../nats/config-text.ts';
import { GLOBAL_ACCOUNT } from '../../nats/server-config.ts';

/** What servers have whose configuration says nothing of it. */
const SYSTEM_ACCOUNT = '$SYS';
const MAX_PAYLOAD = 1024 * 1024;
const CLIENT_PORT = 4222;

/** What gsys does not render, and somebody would miss. */
const LOST = ['leafnodes', 'gateway', 'websocket', 'mqtt', 'operator', 'resolver', 'mappings'];

/**
 * Why a node that runs without TLS cannot become one of the definition's without anybody noticing: another name, port,
 * store or account would make another server of it. Each line says what to write where. Pure.
 * @param text the configuration that lies there
 */
export function obstaclesOf(node: NatsNode, text: string | undefined, fleet: Pick<Fleet, 'nats'>): string[] {
  if (text === undefined) return [`there is no nats-server.conf in ${node.folder}`];
  let config: ConfigMap;
  try {
    config = parseConfig(text);
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    return [`its configuration is not understood: ${error.message}`];
  }
  const { accounts, cluster, maxPayload } = fleet.nats;
  const clustered = mapIn(config.cluster);
  const store = mapIn(config.jetstream)?.store_dir;
  const differences: [what: string, is: unknown, defined: unknown][] = [
    ['server_name', config.server_name, node.name],
    ['its client port', portOf(config) ?? CLIENT_PORT, node.clientPort],
    ['cluster.name', clustered?.name, cluster],
    ['its route port', portOf(clustered ?? {}), node.routePort],
    ['pid_file', config.pid_file ?? config.pidfile, path.posix.join(node.folder, 'nats-server.pid')],
    ['the account of its clients', accountOf(config), accounts.fleet],
    ['system_account', config.system_account ?? config.system ?? SYSTEM_ACCOUNT, accounts.system],
    ...(config.jetstream === undefined
      ? []
      : ([['jetstream.store_dir', store, node.jetstream.storeDir]] as [string, unknown, unknown][])),
  ];
  return [
    ...differences
      .filter(([, is, defined]) => is !== defined)
      .map(([what, is, defined]) => `${what} is ${shown(is)}, and ${defined} by the definition`),
    ...(Number(config.max_payload ?? MAX_PAYLOAD) > maxPayload
      ? [
          `it takes messages of ${config.max_payload ?? MAX_PAYLOAD} bytes, and ${maxPayload} by the definition`,
        ]
      : []),
    ...(asksForLogin(config)
      ? ['it lets clients in by password, token or key, which they would go on showing']
      : []),
    ...(clustered?.authorization === undefined ? [] : ['its routes log in, and would not any more']),
    ...LOST.filter((name) => config[name] !== undefined).map(
      (name) => `it has ${name}, which gsys does not render`,
    ),
  ];
}

/** `listen: "0.0.0.0:4222"`, `listen: 4222`, `port: 4222`; of a cluster the same. */
function portOf({ listen, port }: ConfigMap): number | undefined {
  const value = port ?? (listen === undefined ? undefined : String(listen).split(':').at(-1));
  return value === undefined ? undefined : Number(value);
}

/** Of whoever says nothing. */
function accountOf(config: ConfigMap): string {
  const user = config.no_auth_user;
  if (user === undefined) return GLOBAL_ACCOUNT;
  const accounts = Object.entries(mapIn(config.accounts) ?? {});
  const found = accounts.find(([, account]) => usersIn(mapIn(account)).some((one) => one.user === user));
  return found?.[0] ?? GLOBAL_ACCOUNT;
}

function asksForLogin(config: ConfigMap): boolean {
  if (config.no_auth_user !== undefined) return false;
  const users = Object.entries(mapIn(config.accounts) ?? {}).filter(([name]) => name !== SYSTEM_ACCOUNT);
  return (
    config.authorization !== undefined || users.some(([, account]) => usersIn(mapIn(account)).length > 0)
  );
}

function usersIn(account: ConfigMap | undefined): ConfigMap[] {
  const users = account?.users;
  return Array.isArray(users) ? users.map(mapIn).filter((one) => one !== undefined) : [];
}

function mapIn(value: ConfigValue | undefined): ConfigMap | undefined {
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? 'not said' : String(value);
}
