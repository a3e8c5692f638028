import { describe, expect, it } from 'vitest';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { lintConfigs } from '../../../src/lib/nats/config-lint.ts';
import { nodePlan } from '../../../src/lib/nats/node-plan.ts';
import { ACCOUNTS, renderServerConfig } from '../../../src/lib/nats/server-config.ts';
import { FLEET } from '../../support/kept/kept.ts';
import { SETTINGS } from './settings.ts';

const STREAMER: Service = {
  ...SETTINGS,
  name: 'streamer',
  user: 'streamer.g1.svc.gaming-system.internal',
  endpoints: SETTINGS.endpoints.map((endpoint) => ({ ...endpoint, streaming: true })),
};
const stream = { name: 'EVENTS', maxMessageBytes: 1024 } as never;
const fleet = {
  ...{ name: FLEET, services: [SETTINGS, STREAMER] },
  nats: { cluster: FLEET, accounts: ACCOUNTS, maxPayload: 1024 * 1024, streams: [stream] },
};
const nodes = embeddedLayout(0, '/state', { shards: 3, replicasPerShard: 1 }).nats.slice(0, 3);

/** What is found when the first node's configuration is twisted. */
function found(twist: (text: string) => string): string[] {
  const configs = nodes.map((node, i) => {
    const text = renderServerConfig(nodePlan(node, nodes, fleet));
    return { node, text: i === 0 ? twist(text) : text };
  });
  return lintConfigs(configs, fleet)
    .filter(({ node }) => node === 'nats-1')
    .map(({ message }) => message);
}

describe('a configuration that nats-server -t lets pass', () => {
  it('is clean as gsys renders it, for every service of the definition', async () => {
    const defined = await loadFleet({ from: import.meta.dirname });
    const own = defined.environment.nats.nodes;
    const configs = own.map((node) => ({ node, text: renderServerConfig(nodePlan(node, own, defined)) }));
    expect(lintConfigs(configs, defined)).toEqual([]);
  });

  const user = SETTINGS.user;
  it.each<[string, string | RegExp, string, string]>([
    [
      'empty routes',
      /routes: \[[^\]]*\]/,
      'routes: []',
      'JetStream in a cluster with empty routes does not start',
    ],
    [
      'empty routes without JetStream',
      /jetstream \{[^}]*\}([\s\S]*)routes: \[[^\]]*\]/,
      '$1routes: []',
      'its routes are empty: it is an island',
    ],
    ['no cluster', /cluster \{[\s\S]*?\n\}\n/, '', 'it has no cluster block: it is an island'],
    ['a route to itself', /routes: \[/, 'routes: [ "tls://127.0.0.1:20010"', 'it has a route to itself'],
    ['a route too few', /.*:20011".*\n/, '', 'it has no route to nats-2'],
    [
      'a route to nowhere, without its password',
      '127.0.0.1:20011',
      'me:hush@elsewhere:1',
      'its route to elsewhere:1 leads to no node of the definition',
    ],
    ['a route to nowhere', ':20011', ':1', 'its route to 127.0.0.1:1 leads to no node of the definition'],
    [
      'verify without mapping',
      'verify_and_map',
      'verify',
      'it verifies certificates and maps nobody: whoever has one of the authority is let in alike',
    ],
    ['no verification', 'verify_and_map: true', '', 'it lets clients in without a certificate'],
    ['plaintext', 'logtime: true', 'allow_non_tls: true', 'it takes clients without TLS'],
    ['no TLS', /\ntls \{[^}]*\}/, '', 'its client port speaks without TLS'],
    ['routes without TLS', / {2}tls \{[^}]*\}\n/, '', 'its routes speak without TLS'],
    ['somebody for nobody', 'logtime: true', 'no_auth_user: "guest"', 'whoever says nothing is guest'],
    ['open monitoring', /http: .*/, 'http_port: 8222', 'http_port 8222 listens on more than loopback'],
    [
      'https monitoring',
      'logtime: true',
      'https: "0.0.0.0:8443"',
      'https 0.0.0.0:8443 listens on more than loopback',
    ],
    ["another's name", /server_name: .*/, 'server_name: "nats-2"', 'it has the same name as nats-2'],
    ["another's store", '/nats-1/jetstream', '/nats-2/jetstream', 'it keeps JetStream where nats-2 does'],
    ['another cluster', `name: "${FLEET}"`, 'name: "other"', 'its cluster is called other'],
    ['no system account', 'system_account: SYS', '', 'it has no system account: nobody can ask it anything'],
    [
      'a system account that is not there',
      'system_account: SYS',
      'system_account: OPS',
      'its system account OPS is not there',
    ],
    ['a system account without a user', /SYS \{\n.*\n/, 'SYS {\n', 'its system account SYS has no user'],
    ['a service without a user', user, 'nobody', `nobody is mapped to ${user}`],
    [
      'a user in another account',
      /(users: \[ \{ user: ".*" \}) \]/,
      `$1 { user: "${user}" } ]`,
      `${user} is in account SYS, which shares nothing with FLEET`,
    ],
    [
      'streams cut off',
      /(streamer[\s\S]*?)allow_responses: \{.*\}/,
      '$1allow_responses: true',
      `${STREAMER.user} may answer once: what it streams is cut off`,
    ],
    ['nobody answered', /allow_responses: \{.*\}/, '', `${user} may answer nobody`],
    [
      'an endpoint that is not heard',
      '"svc.settings.v1.get q.settings", ',
      '',
      `${user} may not subscribe svc.settings.v1.get, which it serves`,
    ],
    [
      'a service that no probe finds',
      /(settings\.g1[\s\S]*?), "\$SRV\.>"/,
      '$1',
      `${user} may not subscribe $SRV.>: no probe and no release finds it`,
    ],
    [
      'a user without permissions',
      new RegExp(`user: "${user}"[\\s\\S]*?\\n      \\}`),
      `user: "${user}"\n}`,
      `${user} may do everything`,
    ],
    [
      'messages that are too large',
      /max_payload: .*/,
      'max_payload: 512',
      'stream EVENTS takes messages of 1024 bytes, the server only 512',
    ],
    ['what is not understood', 'logtime: true', 'port: $PORT', 'not looked through: line 7 has a variable'],
  ])('is found to have %s', (_, what, by, message) => {
    expect(found((text) => text.replace(what, by))).toContain(message);
  });
});
