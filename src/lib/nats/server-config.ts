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
  accounts: NatsAccounts;
  /** While a fleet that ran without TLS is on its way to it; see PASSAGES. */
  passage?: Passage | undefined;
  storeDir: string;
  pidFile: string;
  /** Bytes. */
  limits: { maxPayload: number; maxFile: number; maxMemory: number };
}

/** Names of accounts. Streams stay in the one that they were made in, and accounts share nothing. */
export interface NatsAccounts {
  /** The fleet's, with JetStream. `$G` is what a server has that names none. */
  fleet: string;
  /** In it, servers tell of themselves, and JetStream's nodes talk to each other. `$SYS` where none is named. */
  system: string;
}

export const ACCOUNTS: NatsAccounts = { fleet: 'FLEET', system: 'SYS' };
/** The account of whoever is in none. It is named nowhere: its users are those of `authorization`. */
export const GLOBAL_ACCOUNT = '$G';

/**
 * Between no TLS and mapped certificates. Clients come with or without TLS, and all are the same user in the fleet's
 * account, who may do everything, as it was: under `verify_and_map` nobody gets in without TLS. gsys itself is told
 * by a signature, since nobody is by a certificate.
 */
export interface Passage {
  /** Public key of the system account's only user; docs/decisions/turning-tls-on.md. */
  systemKey: string;
  /** Whether routes that are made from now on are encrypted; those that are there stay as they are. */
  encryptedRoutes: boolean;
}

/** Everybody, as long as the fleet is on its way. */
export const ANYBODY = 'gsys-anybody';

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

${renderClientTls(plan)}

jetstream {
  store_dir: ${quote(plan.storeDir)}
  max_file_store: ${plan.limits.maxFile}
  max_memory_store: ${plan.limits.maxMemory}
}

cluster {
  name: ${quote(plan.cluster)}
  listen: ${quote(`${plan.listen}:${plan.routePort}`)}${advertise('  cluster_advertise', plan.routePort, plan)}${renderRouteTls(plan)}
  routes: [
${plan.peers.map((peer) => `    ${quote(`${routeScheme(plan)}://${peer.host}:${peer.routePort}`)}`).join('\n')}
  ]
}

${renderAccounts(plan)}`;
}

function advertise(setting: string, port: number, { listen, host }: NatsServerPlan): string {
  return listen === host ? '' : `\n${setting}: ${quote(`${host}:${port}`)}`;
}

function renderClientTls(plan: NatsServerPlan): string {
  const passing = plan.passage !== undefined;
  const about = passing
    ? '# On the way to TLS: with it or without, everybody is let in, and is the same user.'
    : "# A certificate's DNS name is its user: whoever has none gets in nowhere.";
  return `${about}
tls {
${tlsFiles(plan)}
  ${passing ? 'verify' : 'verify_and_map'}: true
  timeout: 5
}${passing ? `\nallow_non_tls: true\nno_auth_user: ${quote(ANYBODY)}` : ''}`;
}

function renderRouteTls(plan: NatsServerPlan): string {
  if (plan.passage?.encryptedRoutes === false) return '';
  return `
  tls {
  ${tlsFiles(plan).replaceAll('\n', '\n  ')}
    verify: true
    timeout: 5
  }`;
}

/** A server that reloads other URLs closes the routes of the former ones: on the way, they stay as they were. */
function routeScheme({ passage }: NatsServerPlan): string {
  return passage === undefined ? 'tls' : 'nats';
}

/** Who may connect, and what each may do. */
export function renderAccounts({
  users,
  systemUser,
  accounts,
  passage,
}: Pick<NatsServerPlan, 'users' | 'systemUser' | 'accounts' | 'passage'>): string {
  const system = passage === undefined ? `user: ${quote(systemUser)}` : `nkey: ${quote(passage.systemKey)}`;
  const rendered = passage === undefined ? users.map(renderUser) : [`      { user: ${quote(ANYBODY)} }`];
  const fleet = `users: [
${rendered.join('\n')}
    ]`;
  const isGlobal = accounts.fleet === GLOBAL_ACCOUNT;
  const systemAccount = nameOf(accounts.system);
  return `system_account: ${systemAccount}
accounts {
  ${systemAccount} {
    users: [ { ${system} } ]
  }
${isGlobal ? `}\nauthorization {\n  ${fleet}\n}` : `  ${accounts.fleet} {\n    jetstream: enabled\n    ${fleet}\n  }\n}`}
`;
}

/** Of an account: one that begins with $ would be a variable. */
function nameOf(account: string): string {
  return account.startsWith('$') ? quote(account) : account;
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
