import type { Fleet, NatsNode } from '../fleet/fleet.ts';
import { subjectMatches } from '../fleet/subjects.ts';
import { type ConfigMap, ConfigSyntaxError, type ConfigValue, parseConfig } from './config-text.ts';
import { fleetUsers, inboxPrefix, type UserPermissions } from './permissions.ts';
import { GLOBAL_ACCOUNT } from './server-config.ts';

/** A node and the text of its configuration. */
export interface NodeConfig {
  node: NatsNode;
  text: string;
}

/** What `nats-server -t` lets pass although it cannot work, or lets in who must not get in. One line. */
export interface ConfigFinding {
  node: string;
  message: string;
}

export type LintedFleet = Parameters<typeof fleetUsers>[0] & Pick<Fleet, 'nats' | 'services'>;

/** Looks at the configurations of all nodes together: islands and doubles are seen in none of them alone. */
export function lintConfigs(configs: NodeConfig[], fleet: LintedFleet): ConfigFinding[] {
  const parsed: Parsed[] = [];
  const findings: ConfigFinding[] = [];
  for (const { node, text } of configs) {
    try {
      parsed.push({ node, config: parseConfig(text) });
    } catch (error) {
      if (!(error instanceof ConfigSyntaxError)) throw error;
      findings.push({ node: node.name, message: `not looked through: ${error.message}` });
    }
  }
  const nodes = configs.map(({ node }) => node);
  for (const one of parsed)
    for (const rule of RULES)
      for (const message of rule(one, { nodes, fleet, all: parsed }))
        findings.push({ node: one.node.name, message });
  return findings;
}

interface Parsed {
  node: NatsNode;
  config: ConfigMap;
}

interface World {
  /** Of the definition. */
  nodes: NatsNode[];
  fleet: LintedFleet;
  all: Parsed[];
}

type Rule = (one: Parsed, world: World) => string[];

/** Facts 0.1 and 0.7 of NATS: an island is healthy by its own word, and empty routes end a JetStream server. */
const routes: Rule = ({ node, config }, { nodes }) => {
  if (nodes.length === 1) return [];
  const cluster = mapIn(config, 'cluster');
  if (cluster === undefined) return ['it has no cluster block: it is an island'];
  // Without what it logs in with, which nobody may read here.
  const listed = listIn(cluster, 'routes').map((url) => String(url).replace(/^\w+(-\w+)?:\/\/([^/]*@)?/, ''));
  if (listed.length === 0)
    return [
      config.jetstream === undefined
        ? 'its routes are empty: it is an island'
        : 'JetStream in a cluster with empty routes does not start',
    ];
  const address = ({ host, routePort }: NatsNode) => `${host}:${routePort}`;
  const missing = nodes.filter((peer) => peer.name !== node.name && !listed.includes(address(peer)));
  return [
    ...(listed.includes(address(node)) ? ['it has a route to itself'] : []),
    ...missing.map(({ name }) => `it has no route to ${name}`),
    ...listed
      .filter((one) => !nodes.some((peer) => address(peer) === one))
      .map((one) => `its route to ${one} leads to no node of the definition`),
    ...doubles(listed).map((one) => `its route to ${one} is there twice`),
  ];
};

const identity: Rule = ({ config }) => {
  const tls = mapIn(config, 'tls');
  const cluster = mapIn(config, 'cluster');
  return [
    ...(tls === undefined ? ['its client port speaks without TLS'] : []),
    ...(tls !== undefined && tls.verify_and_map !== true
      ? [
          tls.verify === true
            ? 'it verifies certificates and maps nobody: whoever has one of the authority is let in alike'
            : 'it lets clients in without a certificate',
        ]
      : []),
    ...(config.allow_non_tls === true || tls?.allow_non_tls === true ? ['it takes clients without TLS'] : []),
    ...(config.no_auth_user === undefined ? [] : [`whoever says nothing is ${String(config.no_auth_user)}`]),
    ...(cluster !== undefined && mapIn(cluster, 'tls') === undefined ? ['its routes speak without TLS'] : []),
  ];
};

/** Monitoring knows no authentication, https no more than http. */
const monitoring: Rule = ({ config }) =>
  ['http', 'http_port', 'monitor_port', 'https', 'https_port'].flatMap((setting) => {
    const value = config[setting];
    if (value === undefined || /^(127\.0\.0\.1|localhost|\[::1\]):/.test(String(value))) return [];
    return [`${setting} ${String(value)} listens on more than loopback`];
  });

const names: Rule = ({ node, config }, { all, fleet }) => {
  const others = all.filter((other) => other.node !== node);
  const cluster = mapIn(config, 'cluster')?.name;
  const store = mapIn(config, 'jetstream')?.store_dir;
  const shared = ({ node: { host }, config: other }: Parsed) =>
    store !== undefined && host === node.host && mapIn(other, 'jetstream')?.store_dir === store;
  return [
    ...(config.server_name === node.name ? [] : [`it is called ${String(config.server_name)}`]),
    ...others
      .filter((other) => other.config.server_name === config.server_name)
      .map((other) => `it has the same name as ${other.node.name}`),
    ...others.filter(shared).map((other) => `it keeps JetStream where ${other.node.name} does`),
    ...(cluster === undefined || cluster === fleet.nats.cluster
      ? []
      : [`its cluster is called ${String(cluster)}`]),
  ];
};

const systemAccount: Rule = ({ config }) => {
  const name = config.system_account;
  if (name === undefined) return ['it has no system account: nobody can ask it anything'];
  const account = mapIn(mapIn(config, 'accounts') ?? {}, String(name));
  if (account === undefined) return [`its system account ${String(name)} is not there`];
  return usersOf(account).length === 0 ? [`its system account ${String(name)} has no user`] : [];
};

/** Accounts share nothing: users of two of them do not hear each other. */
const users: Rule = ({ config }, { fleet }) => {
  const own = fleet.nats.accounts.fleet;
  const found = Object.entries(accountsIn(config)).flatMap(([account, it]) =>
    usersOf(it).flatMap(({ user }) => (user === undefined ? [] : [{ account, user: String(user) }])),
  );
  return [
    ...doubles(found.map(({ user }) => user)).map((user) => `${user} is there twice`),
    ...fleetUsers(fleet).flatMap(({ user }) => {
      const places = found.filter((one) => one.user === user).map(({ account }) => account);
      if (places.length === 0) return [`nobody is mapped to ${user}`];
      return places
        .filter((account) => account !== own)
        .map((account) => `${user} is in account ${account}, which shares nothing with ${own}`);
    }),
  ];
};

const permissions: Rule = ({ config }, { fleet }) => {
  const account = accountsIn(config)[fleet.nats.accounts.fleet];
  const known = new Map(
    (account === undefined ? [] : usersOf(account)).map((user) => [String(user.user), user]),
  );
  const defined = fleetUsers(fleet);
  return fleet.services.flatMap((service) => {
    const wanted = defined.filter(({ user }) => holderOf(user) === service.name);
    return wanted.flatMap((permission) => {
      const found = known.get(permission.user);
      // Whoever has no permissions may do everything.
      if (found === undefined) return [];
      if (!isMap(found.permissions)) return [`${permission.user} may do everything`];
      return lacksOf(service, permission, found.permissions);
    });
  });
};

function lacksOf(
  service: Fleet['services'][number],
  { user, responses }: UserPermissions,
  given: ConfigMap,
): string[] {
  const subscribe = subjectsIn(given.subscribe);
  const heard = (subject: string) => subscribe.some((allowed) => subjectMatches(allowed, subject));
  const deaf = service.endpoints.filter(({ subject }) => !heard(subject));
  const streaming = service.endpoints.some((endpoint) => endpoint.streaming);
  const answers = mostResponses(given.allow_responses);
  return [
    ...deaf.map(({ subject }) => `${user} may not subscribe ${subject}, which it serves`),
    ...(heard('$SRV.PING') ? [] : [`${user} may not subscribe $SRV.>: no probe and no release finds it`]),
    ...(heard(`${inboxPrefix(service.name)}.x`) ? [] : [`${user} may not subscribe its own inbox`]),
    ...(answers === 0 ? [`${user} may answer nobody`] : []),
    ...(streaming && answers > 0 && answers < (responses?.max ?? 1)
      ? [`${user} may answer ${answers === 1 ? 'once' : `${answers} times`}: what it streams is cut off`]
      : []),
  ];
}

/** `allow_responses: true` is one message. */
function mostResponses(value: ConfigValue | undefined): number {
  if (value === true) return 1;
  if (isMap(value ?? false)) return Number((value as ConfigMap).max ?? 1);
  return 0;
}

const sizes: Rule = ({ config }, { fleet }) => {
  const most = Number(config.max_payload ?? 1024 * 1024);
  return fleet.nats.streams
    .filter(({ maxMessageBytes }) => maxMessageBytes > most)
    .map(
      ({ name, maxMessageBytes }) =>
        `stream ${name} takes messages of ${maxMessageBytes} bytes, the server only ${most}`,
    );
};

const RULES: Rule[] = [routes, identity, monitoring, names, systemAccount, users, permissions, sizes];

function isMap(value: ConfigValue | undefined): value is ConfigMap {
  return typeof value === 'object' && !Array.isArray(value);
}

function mapIn(config: ConfigMap, name: string): ConfigMap | undefined {
  const value = config[name];
  return isMap(value) ? value : undefined;
}

/** By their names. Whoever is in none is in the global one, which only `authorization` can give users to. */
function accountsIn(config: ConfigMap): Record<string, ConfigMap> {
  const named = Object.entries(mapIn(config, 'accounts') ?? {}).filter(
    (entry): entry is [string, ConfigMap] => isMap(entry[1]),
  );
  const global = mapIn(config, 'authorization');
  return { ...Object.fromEntries(named), ...(global !== undefined && { [GLOBAL_ACCOUNT]: global }) };
}

function listIn(config: ConfigMap, name: string): ConfigValue[] {
  const value = config[name];
  return Array.isArray(value) ? value : [];
}

function usersOf(account: ConfigMap): ConfigMap[] {
  return listIn(account, 'users').filter(isMap);
}

/** A list, one subject, or `{allow}` of either; a queue group after a subject is no part of it. */
function subjectsIn(value: ConfigValue | undefined): string[] {
  const allowed = isMap(value) ? value.allow : value;
  const list = allowed === undefined ? [] : Array.isArray(allowed) ? allowed : [allowed];
  return list.map((one) => String(one).split(' ')[0] ?? '');
}

function doubles(words: string[]): string[] {
  return [...new Set(words.filter((word, i) => words.indexOf(word) !== i))];
}

/** `settings.g1.svc.fleet.internal` */
function holderOf(user: string): string {
  return user.split('.')[0] ?? '';
}
