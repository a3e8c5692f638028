import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { natsUser } from '../../../src/lib/fleet/identity.ts';
import { diffConfigs } from '../../../src/lib/nats/config-diff.ts';
import { nodePlan } from '../../../src/lib/nats/node-plan.ts';
import { ACCOUNTS, type NatsServerPlan, renderServerConfig } from '../../../src/lib/nats/server-config.ts';
import { FLEET } from '../../support/kept/kept.ts';
import { until } from '../../support/until.ts';
import { type NatsCluster, startNats } from './cluster.ts';
import { SETTINGS } from './settings.ts';

const { nats: nodes } = embeddedLayout(0, '/state', { shards: 3, replicasPerShard: 1 });
const plan = (services = [SETTINGS]) =>
  nodePlan(nodes[0] as never, nodes, {
    ...{ name: FLEET, services },
    nats: { cluster: FLEET, accounts: ACCOUNTS, maxPayload: 1024 * 1024, streams: [] },
  });
const render = (more: Partial<NatsServerPlan> = {}) => renderServerConfig({ ...plan(), ...more });

describe('the difference of two configurations', () => {
  it('is none where they say the same', () => {
    const text = render();
    const otherwise = `# mine\n${text.replaceAll(': ', ' = ').replace('logtime = true', 'logtime yes // with time')}`;
    expect(diffConfigs(text, text).effect).toBe('none');
    expect(diffConfigs(otherwise, text)).toEqual({ effect: 'none', changes: [], foreign: undefined });
  });

  it('names a service that came, and subjects that came and went', () => {
    const more = { ...SETTINGS, calls: ['svc.auth.v1.check'], endpoints: SETTINGS.endpoints.slice(0, -1) };
    const caller = { ...SETTINGS, name: 'caller', user: natsUser(FLEET, 'caller') };
    const { effect, changes } = diffConfigs(render(), renderServerConfig(plan([more, caller])));
    expect(effect).toBe('reload');
    expect(changes.map(({ setting, removed, added }) => [setting, removed, added.length])).toEqual([
      [`accounts.FLEET.users.${SETTINGS.user}.permissions.publish.allow`, [], 1],
      [
        `accounts.FLEET.users.${SETTINGS.user}.permissions.subscribe.allow`,
        [`${SETTINGS.endpoints.at(-1)?.subject} ${SETTINGS.queueGroup}`],
        0,
      ],
      [`accounts.FLEET.users.${natsUser(FLEET, 'caller')}`, [], 1],
    ]);
  });

  it('wants a restart as soon as one change does', () => {
    const { effect, changes } = diffConfigs(render(), render({ cluster: 'other', peers: [] }));
    expect(effect).toBe('restart');
    expect(Object.fromEntries(changes.map((one) => [one.setting, one.effect]))).toEqual({
      ...{ 'cluster.name': 'restart', 'cluster.routes': 'reload' },
    });
  });

  it.each([
    ['a variable', 'port: $PORT', /variable/],
    ['an include', 'include ./other.conf', /another file/],
    ['a block of text', 'banner: (\n hello\n)', /not understood/],
    ['a map that does not end', 'leafnodes {', /expected/],
  ])('is one of lines where there is %s', (_, text, why) => {
    const { effect, changes, foreign } = diffConfigs(text, render());
    expect({ effect, foreign }).toEqual({ effect: 'restart', foreign: expect.stringMatching(why) });
    expect(changes[0]?.removed).toContain(text.split('\n')[0]);
  });

  it.each([
    'authorization { user: me, password: "hush-1" }',
    'accounts { A { users: [ { user: me, password: hush-1 }, { nkey: hush-1 } ] } }',
    'authorization { users = [ { user = me, pass = "hush-1", permissions { publish = ">" } } ] }',
    'authorization: { token: "hush-1" }',
    'cluster { routes: [ "nats://me:hush-1@host:6222" ] }',
    'port: $PORT\nauthorization { user: me, password: hush-1 }',
    'password: $hush-1',
    'token: (hush-1)',
    'port: $PORT\nroutes: [ nats://me:hush-1@host:6222 ]',
  ])('never shows what is secret in a file of somebody else: %s', (text) => {
    const diff = diffConfigs(text, render());
    expect(diff.changes.flatMap(({ removed }) => removed)).not.toEqual([]);
    expect(JSON.stringify(diff)).not.toContain('hush');
  });

  it('is everything where there is nothing', () => {
    expect(diffConfigs(undefined, render())).toMatchObject({ effect: 'restart', foreign: /./ });
  });
});

describe('a running server', () => {
  let cluster: NatsCluster;
  let file: string;
  let base: string;
  beforeAll(async () => {
    const texts = new Map<string, string>();
    cluster = await startNats({
      size: 3,
      services: [SETTINGS],
      twist: (config, node) => {
        texts.set(node, config);
        return config;
      },
    });
    file = path.join(cluster.dir, 'nats-1.conf');
    base = texts.get('nats-1') ?? '';
  });
  afterAll(() => cluster?.stop());

  const loaded = async () => {
    const varz = await fetch(`http://127.0.0.1:${cluster.nodes[0]?.monitorPort}/varz`);
    return ((await varz.json()) as { config_load_time: string }).config_load_time;
  };
  const log = () => readFileSync(path.join(cluster.dir, 'nats-1.log'), 'utf8');
  /** @returns whether it takes the text over without a restart */
  const takes = async (text: string): Promise<boolean> => {
    const [before, heard] = [await loaded(), log().length];
    writeFileSync(file, text);
    cluster.process('nats-1').kill('SIGHUP');
    await until('it has decided', () =>
      /Failed to reload|Reloaded server configuration/.test(log().slice(heard)),
    );
    return (await loaded()) !== before;
  };

  it.each<[string, string | RegExp, string]>([
    ['server_tags', /server_tags: .*/, 'server_tags: ["gsys-config:abc"]'],
    ['server_name', /server_name: .*/, 'server_name: "other"'],
    ['listen', /^listen: .*/m, 'listen: "127.0.0.1:19999"'],
    ['client_advertise', 'logtime: true', 'logtime: true\nclient_advertise: "localhost:4222"'],
    ['http', /^http: .*/m, 'http: "127.0.0.1:19998"'],
    ['pid_file', /pid_file: "(.*)"/, 'pid_file: "$1.other"'],
    ['logtime', 'logtime: true', 'logtime: false'],
    ['max_payload', /max_payload: .*/, 'max_payload: 2097152'],
    ['write_deadline', 'write_deadline: "5s"', 'write_deadline: "6s"'],
    ['ping_interval', 'ping_interval: "15s"', 'ping_interval: "16s"'],
    ['ping_max', 'ping_max: 3', 'ping_max: 4'],
    ['lame_duck_duration', 'lame_duck_duration: "60s"', 'lame_duck_duration: "50s"'],
    ['lame_duck_grace_period', 'grace_period: "10s"', 'grace_period: "9s"'],
    ['verify_and_map', 'verify_and_map: true', 'verify: true'],
    ['allow_non_tls', 'logtime: true', 'logtime: true\nallow_non_tls: true'],
    ['tls.ca_file', /^ {2}ca_file: "(.*)"/m, '  ca_file: "/etc/ssl/certs/../certs/ca-certificates.crt"'],
    ['tls.timeout', /^ {2}timeout: 5/m, '  timeout: 6'],
    ['store_dir', /store_dir: "(.*)"/, 'store_dir: "$1-other"'],
    ['max_file_store, raised', /max_file_store: .*/, 'max_file_store: 134217728'],
    ['max_file_store, lowered', /max_file_store: .*/, 'max_file_store: 33554432'],
    ['max_memory_store, raised', /max_memory_store: .*/, 'max_memory_store: 33554432'],
    ['max_memory_store, lowered', /max_memory_store: .*/, 'max_memory_store: 8388608'],
    ['cluster.listen', /^ {2}listen: ".*"/m, '  listen: "127.0.0.1:19997"'],
    ['cluster.cluster_advertise', /^ {2}tls \{/m, '  cluster_advertise: "localhost:6222"\n  tls {'],
    ['cluster.routes', /( {4}"tls:.*\n)( {4}"tls:.*\n)/, '$1'],
    ['cluster.tls.timeout', /^ {4}timeout: 5/m, '    timeout: 6'],
    ['system_account', 'system_account: SYS', 'system_account: FLEET'],
    ["the system account's users", /SYS \{\n.*/, 'SYS {\n    users: [ { user: "other" } ]'],
    ["the fleet's users", `"${SETTINGS.user}"`, '"other"'],
    ['permissions', '"$SRV.>"', '"$SRV.PING"'],
    ['allow_responses', /allow_responses: .*/, 'allow_responses: { max: 7, expires: "9s" }'],
  ])('takes %s over as it is classified', async (_, what, by) => {
    const text = base.replace(what, by);
    const { effect, foreign } = diffConfigs(base, text);
    expect(foreign).toBeUndefined();
    const taken = await takes(text);
    if (taken) expect(await takes(base)).toBe(effect === 'reload');
    expect({
      effect,
      last: log()
        .split('\n')
        .filter((line) => /Failed/.test(line))
        .at(-1),
    }).toMatchObject({
      effect: taken ? 'reload' : 'restart',
    });
  });
});
