import { mkdtempSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Contracts, loadContracts } from '../../../src/lib/fleet/contracts.ts';
import type { Fleet, KeyPairFiles } from '../../../src/lib/fleet/fleet.ts';
import { OPERATOR, SYSTEM } from '../../../src/lib/fleet/identity.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { writeKeyPair } from '../../../src/lib/pki/files.ts';
import { issueLeaf, type LeafRequest } from '../../../src/lib/pki/issue-leaf.ts';
import { natsTarget } from '../../../src/lib/probe/targets/nats.ts';
import { nodeOf } from '../../../src/lib/probe/targets/node.ts';
import { type ServiceMeans, serviceTargets } from '../../../src/lib/probe/targets/service.ts';
import { NATS, NODE, SERVICE } from '../../../src/lib/probe/ways.ts';
import { makeStranger } from '../../../src/lib/verify/stranger.ts';
import { FLEET, keptAuthority } from '../../support/kept/kept.ts';
import { until } from '../../support/until.ts';
import { type NatsCluster, startNats } from '../nats/cluster.ts';
import { type Instance, SETTINGS, startSettings } from '../nats/settings.ts';
import { listen, probed, verdictOf } from './probing.ts';

let cluster: NatsCluster;
let fleet: Fleet;
let contracts: Contracts;
const dir = mkdtempSync(path.join(tmpdir(), 'gsys-probe-'));
const servers: Server[] = [];
let running: Instance | undefined;

beforeAll(async () => {
  cluster = await startNats({ size: 3, services: [SETTINGS] });
  const definition = await loadFleet({ from: import.meta.dirname });
  contracts = loadContracts(definition.contracts);
  fleet = withOperator(
    { ...definition, services: [SETTINGS], nats: { ...definition.nats, cluster: FLEET } },
    cluster.identity(OPERATOR),
  );
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await running?.stop();
  running = undefined;
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function withOperator(base: Fleet, identity: KeyPairFiles, ca = cluster.ca): Fleet {
  const { environment } = base;
  const operator = { ...identity, ca, system: cluster.identity(SYSTEM) };
  return {
    ...base,
    environment: { ...environment, operator, nats: { ...environment.nats, nodes: cluster.nodes } },
  };
}

const none = { files: {}, asOperator: false };
const node = async (as: Fleet = fleet) => [await natsTarget('nats-1', { ...none, fleet: as })];
const foreign = async (url: string, files = {}) => [
  await natsTarget(url, { ...none, fleet: undefined, files }),
];
const at = (port: number, scheme = 'nats') => `${scheme}://127.0.0.1:${port}`;
const service = (more: Partial<ServiceMeans> = {}, named = 'settings') =>
  serviceTargets(named, {
    ...{ ...none, fleet, through: undefined, subject: undefined, data: undefined, expect: undefined },
    ...more,
  });

/** A pair in files. */
async function keep(name: string, pair: Parameters<typeof writeKeyPair>[1]): Promise<KeyPairFiles> {
  await writeKeyPair(path.join(dir, name), pair);
  return { cert: path.join(dir, name, 'cert.pem'), key: path.join(dir, name, 'key.pem') };
}

describe('a node that is well', () => {
  it('passes every layer, each with its time', async () => {
    const { verdict, layers } = await probed(NODE, [await nodeOf('nats-2', { ...none, fleet }, {})]);
    expect({ verdict, bad: layers.filter(({ status }) => !['pass', 'skip'].includes(status)) }).toEqual({
      ...{ verdict: 'ok', bad: [] },
    });
    expect(layers.map(({ layer }) => layer)).toEqual(NODE.map(({ name }) => name));
    expect(layers.filter(({ status }) => status === 'skip').map(({ layer }) => layer)).toEqual(['dns']);
    expect(layers.find(({ layer }) => layer === 'peers')?.saw).toContain('nats-2');
    expect(layers.find(({ layer }) => layer === 'jetstream')?.saw).toContain('3 nodes');
  });

  it('is well by its URL too, and without a definition only what is given is asked', async () => {
    const { cert, key } = cluster.identity(OPERATOR);
    const url = `nats://localhost:${cluster.nodes[0]?.clientPort}`;
    const target = await nodeOf(
      url,
      { fleet: undefined, files: { cert, key, ca: cluster.ca }, asOperator: false },
      { monitorPort: cluster.nodes[0]?.monitorPort },
    );
    const { verdict, layers } = await probed(NODE, [target]);
    expect({
      verdict,
      skipped: layers.filter(({ status }) => status === 'skip').map(({ layer }) => layer),
    }).toEqual({
      ...{ verdict: 'ok', skipped: ['peers'] },
    });
  });
});

describe('a connection that fails is named at its layer', () => {
  it.each<[string, string, (socket: Socket) => void]>([
    ['never speaks', 'info: timeout', () => undefined],
    ['speaks something else', 'info: protocol', (socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n')],
    ['hangs up', 'info: tcp', (socket) => void socket.end()],
    ['says hostile things', 'info: protocol', (socket) => void socket.write('\u001b]52;c;aGk=\u0007\n')],
    [
      'swallows CONNECT',
      'auth: timeout',
      (socket) => void socket.write('INFO {"server_name":"x","version":"2"}\r\n'),
    ],
  ])('of a server that %s: %s', async (_, expected, greet) => {
    const { port, server } = await listen(greet);
    servers.push(server);
    expect(verdictOf(await probed(NATS, await foreign(at(port))))).toBe(expected);
  });

  it('of a closed port, a name without address, and a server that offers no TLS', async () => {
    const { port, server } = await listen((socket) => void socket.write('INFO {"server_name":"x"}\r\n'));
    servers.push(server);
    const verdicts = [];
    for (const url of [at(1), 'nats://nowhere.invalid', at(port, 'tls')])
      verdicts.push(verdictOf(await probed(NATS, await foreign(url))));
    // Without a name server nothing is known of the name.
    expect(verdicts).toEqual([
      'tcp: tcp',
      expect.stringMatching(/^dns: (dns|undetermined)$/),
      'tls: protocol',
    ]);
  });

  it('of whom we do not trust, and of those who do not know us', async () => {
    const url = at(cluster.nodes[0]?.clientPort ?? 0);
    const own = cluster.identity(OPERATOR);
    const authority = await keptAuthority();
    const ago = new Date(Date.now() - 60 * 24 * 60 * 60 * 1000);
    const request: LeafRequest = {
      profile: 'service',
      commonName: OPERATOR,
      organization: FLEET,
      dns: [OPERATOR],
    };
    const ended = await keep('ended', await issueLeaf(authority.issuer, request, ago));
    const stranger = await keep('stranger', await makeStranger(OPERATOR));
    const verdicts = [];
    for (const files of [
      own,
      { ca: cluster.ca },
      { ...stranger, ca: cluster.ca },
      { ...ended, ca: cluster.ca },
      { ...cluster.identity('nats-2'), ca: cluster.ca },
      { cert: own.cert, key: cluster.identity('nats-2').key, ca: cluster.ca },
    ]) {
      const report = await probed(NATS, await foreign(url, files));
      verdicts.push([verdictOf(report), report.failure?.side]);
    }
    expect(verdicts).toEqual([
      ['tls: tls-trust', 'here'],
      ['tls: tls-identity', 'here'],
      ['tls: tls-identity', 'there'],
      ['tls: tls-identity', 'here'],
      ['auth: auth', 'there'],
      ['tls: undetermined', 'here'],
    ]);
  });

  it('of a node that answers at another’s address, and of an identity that is not there', async () => {
    const [first, second] = cluster.nodes as [NatsCluster['nodes'][0], NatsCluster['nodes'][0]];
    const swapped = {
      ...fleet.environment,
      nats: { ...fleet.environment.nats, nodes: [{ ...second, name: first.name }] },
    };
    expect(verdictOf(await probed(NATS, await node({ ...fleet, environment: swapped })))).toBe(
      'info: other-server',
    );
    const nobody = withOperator(fleet, {
      cert: path.join(dir, 'absent.pem'),
      key: path.join(dir, 'absent.key'),
    });
    const report = await probed(NATS, await node(nobody));
    expect([report.verdict, verdictOf(report)]).toEqual(['unknown', 'tls: undetermined']);
  });
});

describe('a service', () => {
  const good = () =>
    contracts.encode('settings.v1.GetResponse', { settings: [{ key: 'language', isDefault: true }] });
  const failure = () =>
    contracts.encode('settings.v1.GetResponse', { error: { code: 'NOT_FOUND', message: 'nobody' } });

  it.each<[string, string, Parameters<typeof startSettings>[2] | undefined]>([
    ['answers well', 'ok', (to) => to.reply(good())],
    ['is not there', 'subject: no-responders', undefined],
    ['never answers', 'reply: timeout', () => undefined],
    ['answers an error in headers', 'reply: service-error', (to) => to.fail(503, 'state is away')],
    ['answers an error in its message', 'reply: service-error', (to) => to.reply(failure())],
    ['answers garbage', 'reply: decode', (to) => to.reply(new Uint8Array([0xff, 0xff]))],
    ['answers nothing it should', 'reply: mismatch', (to) => to.reply()],
  ])('that %s: %s', async (_, expected, answer) => {
    if (answer !== undefined) running = await startSettings(cluster, 0, answer);
    expect(verdictOf(await probed(SERVICE, await service({ through: 'nats-1' })))).toBe(expected);
  });

  it('is reached through the next node where the first lets nobody in, which is said', async () => {
    running = await startSettings(cluster, 1, (to) => to.reply(good()));
    const [first, ...others] = (await service()) as Awaited<ReturnType<typeof service>>;
    const dead = { ...first, port: 1 } as NonNullable<typeof first>;
    const ways = [dead, ...others];
    await until(
      'the service is known on the next node',
      async () => verdictOf(await probed(SERVICE, ways)) === 'ok',
    );
    const { passedOver, through, rounds } = await probed(SERVICE, ways, { count: 3 });
    expect({ passedOver, through, failed: rounds.failed }).toEqual({
      ...{ through: 'nats-2', failed: 0 },
      passedOver: [{ name: 'nats-1', layer: 'tcp', why: expect.stringContaining('ECONNREFUSED') }],
    });
    expect(rounds.latency.map(({ layer }) => layer)).toContain('reply');
    expect(rounds.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });

  it('that we may not ask, or not hear, is no fault of its own', async () => {
    running = await startSettings(cluster, 0);
    const as = withOperator(fleet, cluster.identity('settings'));
    const [target] = await service({ fleet: as, through: 'nats-1' });
    const deaf = await probed(SERVICE, target ? [target] : []);
    const mute = await probed(SERVICE, target ? [{ ...target, inboxPrefix: '_INBOX_settings' }] : []);
    expect([deaf, mute].map(verdictOf)).toEqual(['permission: permission', 'permission: permission']);
    expect(deaf.failure?.means).toContain('listen for the answer');
    expect(mute.failure?.means).toContain('send to svc.settings.v1.get');
  });
});

describe('a server that gsys knows nothing of', () => {
  let lab: NatsCluster;
  beforeAll(async () => {
    const open = () => 'listen: "127.0.0.1:PORT"\nauthorization { user: ann, password: "s3cr:et" }\n';
    lab = await startNats({
      size: 1,
      twist: (config) => {
        const [, port] = /client_advertise|listen: "?127\.0\.0\.1:(\d+)/.exec(config) ?? [];
        const http = /^http.*$/m.exec(config)?.[0] ?? '';
        return `${open().replace('PORT', port ?? '')}${http}\n`;
      },
    });
  });
  afterAll(() => lab?.stop());
  const url = (login: string) => `nats://${login}127.0.0.1:${lab.nodes[0]?.clientPort}`;

  it('is asked by subject, in whatever words it speaks', async () => {
    const nc = await connect({ servers: url(''), user: 'ann', pass: 's3cr:et' });
    nc.subscribe('greet', {
      callback: (_, msg) => void msg.respond(JSON.stringify({ hello: msg.string() })),
    });
    nc.subscribe('mumble', { callback: (_, msg) => void msg.respond('hm') });
    await nc.flush();
    const ask = async (login: string, subject: string) => {
      const more = { fleet: undefined, subject, data: 'ann', expect: { hello: 'ann' } };
      return verdictOf(await probed(SERVICE, await service(more, url(login))));
    };
    const verdicts = [];
    for (const [login, subject] of [
      ['ann:s3cr%3Aet@', 'greet'],
      ['ann:s3cr%3Aet@', 'mumble'],
      ['ann:s3cr%3Aet@', 'silence'],
      ['bob:s3cr%3Aet@', 'greet'],
      ['', 'greet'],
    ] as const)
      verdicts.push(await ask(login, subject));
    expect(verdicts).toEqual(['ok', 'reply: decode', 'subject: no-responders', 'auth: auth', 'auth: auth']);
    await nc.close();
  });

  it('is never shown with its password', async () => {
    const report = await probed(NATS, await foreign(url('bob:hush@')));
    expect(JSON.stringify(report)).not.toContain('hush');
  });
});

it('an interrupted probe tells what it has seen until then', async () => {
  const stop = new AbortController();
  const targets = await node();
  const counted = probed(NATS, targets, { count: 1_000_000, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stop')), 500);
  const { rounds } = await counted;
  expect(rounds.asked).toBeGreaterThan(0);
  expect(rounds.asked).toBeLessThan(1_000_000);
  await expect(probed(NATS, targets, { signal: stop.signal })).rejects.toThrow('stop');
});

it('what is neither known nor a URL is wrong usage', async () => {
  await expect(natsTarget('nats-9', { ...none, fleet })).rejects.toMatchObject({
    code: 'UNKNOWN_TARGET',
    exitCode: 2,
  });
  await expect(foreign('http://127.0.0.1:4222')).rejects.toMatchObject({ code: 'USAGE' });
  await expect(service({}, at(4222))).rejects.toMatchObject({ code: 'USAGE' });
  // Where nobody is named, nothing that was typed is shown: it may hold a password.
  await expect(foreign('nats+x://ann:hush@host')).rejects.toSatisfy(
    (error) => !String(error).includes('hush'),
  );
});
