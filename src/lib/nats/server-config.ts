import { createHash } from 'node:crypto';
import type { UserPermissions } from './permissions.ts';

/** One node of the cluster, as plain data. Paths are the node's own. */
export interface NatsServerPlan {
  name: string;
  cluster: string;
  /** Address that clients and peers dial. */
  host: string;
  /** Address that it binds, where that is another one: it then tells of `host` instead. */
  listen: string;
  clientPort: number;
  routePort: number;
  /** Always on 127.0.0.1: monitoring knows no authentication. */
  monitorPort: number;
  /** The other nodes, without this one: a healthy node then dials every route that it lists. */
  peers: { host: string; routePort: number }[];
  tls: { cert: string; key: string; ca: string };
  users: UserPermissions[];
  systemUser: string;
  storeDir: string;
  pidFile: string;
  /** Bytes. */
  limits: { maxPayload: number; maxFile: number; maxMemory: number };
}

/** The fleet's account; JetStream is in it. */
export const FLEET_ACCOUNT = 'FLEET';
/** The system account: $SYS. */
export const SYSTEM_ACCOUNT = 'SYS';

/**
 * Renders a node's nats-server.conf in the syntax that 2.9 to 2.15 share.
 * https://docs.nats.io/running-a-nats-service/configuration
 *
 * It carries a digest of itself as a tag, which the server tells to who asks: what it has loaded is then known for
 * sure, whichever file it was and however old the server is.
 */
export function renderServerConfig(plan: NatsServerPlan): string {
  const settings = renderSettings(plan);
  const digest = createHash('sha256').update(settings).digest('hex').slice(0, DIGEST);
  return `# Rendered by gsys from the fleet's definition. Changes here are lost.
server_tags: [${quote(`${TAG}${digest}`)}]
${settings}`;
}

const TAG = 'gsys-config:';
/** Hexadecimal digits: two of a fleet's configurations will not share as many. */
const DIGEST = 12;

/** The tag by which a configuration's text is known again; undefined of one that gsys has not rendered. */
export function configTag(text: string): string | undefined {
  return /^server_tags: \["(gsys-config:[0-9a-f]+)"\]$/m.exec(text)?.[1];
}

function renderSettings(plan: NatsServerPlan): string {
  return `server_name: ${quote(plan.name)}
listen: ${quote(`${plan.listen}:${plan.clientPort}`)}${advertise('client_advertise', plan.clientPort, plan)}
http: ${quote(`127.0.0.1:${plan.monitorPort}`)}
pid_file: ${quote(plan.pidFile)}
logtime: true

max_payload: ${plan.limits.maxPayload}
write_deadline: "5s"
ping_interval: "15s"
ping_max: 3
lame_duck_duration: "60s"
lame_duck_grace_period: "10s"

# A certificate's DNS name is its user: whoever has none gets in nowhere.
tls {
${tlsFiles(plan)}
  verify_and_map: true
  timeout: 5
}

jetstream {
  store_dir: ${quote(plan.storeDir)}
  max_file_store: ${plan.limits.maxFile}
  max_memory_store: ${plan.limits.maxMemory}
}

cluster {
  name: ${quote(plan.cluster)}
  listen: ${quote(`${plan.listen}:${plan.routePort}`)}${advertise('  cluster_advertise', plan.routePort, plan)}
  tls {
  ${tlsFiles(plan).replaceAll('\n', '\n  ')}
    verify: true
    timeout: 5
  }
  routes: [
${plan.peers.map((peer) => `    ${quote(`tls://${peer.host}:${peer.routePort}`)}`).join('\n')}
  ]
}

${renderAccounts(plan)}`;
}

function advertise(setting: string, port: number, { listen, host }: NatsServerPlan): string {
  return listen === host ? '' : `\n${setting}: ${quote(`${host}:${port}`)}`;
}

/** Who may connect, and what each may do. */
export function renderAccounts({ users, systemUser }: Pick<NatsServerPlan, 'users' | 'systemUser'>): string {
  return `system_account: ${SYSTEM_ACCOUNT}
accounts {
  ${SYSTEM_ACCOUNT} {
    users: [ { user: ${quote(systemUser)} } ]
  }
  ${FLEET_ACCOUNT} {
    jetstream: enabled
    users: [
${users.map(renderUser).join('\n')}
    ]
  }
}
`;
}

function tlsFiles({ tls }: NatsServerPlan): string {
  return `  cert_file: ${quote(tls.cert)}
  key_file: ${quote(tls.key)}
  ca_file: ${quote(tls.ca)}`;
}

function renderUser({ user, publish, subscribe, responses }: UserPermissions): string {
  const answers =
    responses === undefined
      ? ''
      : `\n          allow_responses: { max: ${responses.max}, expires: "${responses.seconds}s" }`;
  return `      {
        user: ${quote(user)}
        permissions: {
          publish: { allow: [${publish.map(quote).join(', ')}] }
          subscribe: { allow: [${subscribe.map(quote).join(', ')}] }${answers}
        }
      }`;
}

/** Quoted, so that a leading $ is a subject and not a variable. */
function quote(text: string): string {
  return JSON.stringify(text);
}
