import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GsysError } from '../../../src/lib/errors.ts';
import { writeKeyPair } from '../../../src/lib/pki/files.ts';
import { nodeRequest } from '../../../src/lib/pki/holder-requests.ts';
import { issueLeaf, type LeafRequest } from '../../../src/lib/pki/issue-leaf.ts';
import type { BelongingFiles } from '../../../src/lib/probe/belongings.ts';
import type { ProbeReport } from '../../../src/lib/probe/report.ts';
import { redisTarget } from '../../../src/lib/probe/targets/redis.ts';
import { REDIS } from '../../../src/lib/probe/ways.ts';
import { FLEET, keptAuthority, keptPair } from '../../support/kept/kept.ts';
import { startRedisServer } from '../tls/redis-server.ts';
import { listen, probed, verdictOf } from './probing.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'gsys-probe-'));
const file = (name: string) => path.join(dir, name);
const mine: BelongingFiles = { cert: file('me/cert.pem'), key: file('me/key.pem'), ca: file('ca.pem') };
const servers: Server[] = [];

beforeAll(async () => {
  const authority = await keptAuthority();
  writeFileSync(file('ca.pem'), authority.bundle);
  const me: LeafRequest = { profile: 'service', commonName: 'me', organization: FLEET, dns: ['me'] };
  await writeKeyPair(file('me'), await keptPair(me, authority));
  const long = new Date(Date.now() - 200 * 24 * 60 * 60 * 1000);
  await writeKeyPair(
    file('ended'),
    await issueLeaf(authority.issuer, nodeRequest(FLEET, 'redis-1', ['127.0.0.1']), long),
  );
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true, force: true });
});

/** @param login before the `@` of the URL */
async function ask(
  address: string,
  { scheme = 'rediss', login = ':token', files = mine } = {},
): Promise<ProbeReport> {
  const secret = () => Promise.reject(new Error('nobody asks for a secret'));
  const means = { fleet: undefined, files, asOperator: false, password: undefined, secret };
  return await probed(REDIS, [await redisTarget(`${scheme}://${login}@${address}`, means)]);
}

const alone = (config: string) => config.replace(/^cluster-.*$/gm, '');
const plaintext = (config: string) =>
  alone(config)
    .replace(/^port 0\ntls-port (\d+)/m, 'port $1')
    .replace(/^tls-(auth|replication|cluster).*$/gm, '');

it('a server that is well passes every layer, and tells where it is of no cluster', async () => {
  const redis = await startRedisServer(alone);
  const { verdict, layers } = await ask(redis.address);
  expect({ verdict, layers: layers.map(({ layer, status }) => `${layer} ${status}`) }).toEqual({
    verdict: 'ok',
    layers: ['dns skip', 'tcp pass', 'tls pass', 'auth pass', 'ping pass', 'cluster skip'],
  });
  await redis.stop();
});

it('whoever comes wrongly is told at which layer, and that it is he', async () => {
  const acl = '\nuser narrow on >pw -@all +auth\nuser pinger on >pw -@all +ping\n';
  const redis = await startRedisServer((config) => alone(config) + acl);
  const cases = [
    { login: ':guessed' },
    { login: 'nobody:token' },
    { login: '' },
    { login: 'narrow:pw' },
    { login: 'pinger:pw' },
    { files: { ca: mine.ca } },
    { files: { ...mine, ca: mine.cert } },
    { scheme: 'redis' },
  ];
  const told = [];
  for (const one of cases) told.push(await ask(redis.address, one));
  expect(told.map(verdictOf)).toEqual([
    'auth: auth',
    'auth: auth',
    'auth: auth',
    'ping: permission',
    'cluster: permission',
    'tls: tls-identity',
    'tls: tls-trust',
    'auth: tcp',
  ]);
  expect(told[2]?.failure?.means).toContain('we brought none');
  expect(JSON.stringify(told)).not.toContain('guessed');
  await redis.stop();
});

it('a cluster whose slots nobody serves is not well, though its node is', async () => {
  const redis = await startRedisServer();
  expect(verdictOf(await ask(redis.address))).toBe('cluster: unwell');
  await redis.stop();
});

it('a certificate that has ended is a trust failure on its side', async () => {
  const redis = await startRedisServer((config) =>
    config
      .replace(/^tls-cert-file.*$/m, `tls-cert-file ${file('ended/cert.pem')}`)
      .replace(/^tls-key-file.*$/m, `tls-key-file ${file('ended/key.pem')}`),
  );
  const report = await ask(redis.address);
  expect(verdictOf(report)).toBe('tls: tls-trust');
  expect(report.failure?.why).toContain('CERT_HAS_EXPIRED');
  await redis.stop();
});

it('a server in the clear is well in the clear, and speaks no TLS', async () => {
  const redis = await startRedisServer(plaintext);
  const clear = await ask(redis.address, { scheme: 'redis' });
  expect([verdictOf(clear), clear.layers.find(({ layer }) => layer === 'tls')?.status]).toEqual([
    'ok',
    'skip',
  ]);
  const secured = await ask(redis.address);
  expect(secured.failure).toMatchObject({
    layer: 'tls',
    kind: expect.stringMatching(/protocol|tcp|timeout/),
  });
  await redis.stop();
});

it.each<[string, string, string]>([
  ['never speaks', '', 'auth: timeout'],
  ['speaks something else', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'auth: protocol'],
  ['is loading', '+OK\r\n-LOADING Redis is loading the dataset in memory\r\n', 'ping: service-error'],
])('a server that %s fails there', async (_, says, expected) => {
  // One word for each thing that it is told.
  const words = says.match(/.*\r\n(?:\r\n)?/g) ?? [];
  const { port, server } = await listen(
    (socket) => void socket.on('data', () => socket.write(words.shift() ?? '')),
  );
  servers.push(server);
  expect(verdictOf(await ask(`127.0.0.1:${port}`, { scheme: 'redis' }))).toBe(expected);
});

it('a password that cannot be had says nothing of the server', async () => {
  const redis = await startRedisServer(alone);
  const target = await redisTarget(`rediss://${redis.address}`, {
    ...{ fleet: undefined, files: mine, asOperator: false, password: undefined },
    secret: () => Promise.resolve(undefined),
  });
  const login = () => Promise.reject(new GsysError('AWS_UNAVAILABLE', 'Secrets Manager throttles'));
  const report = await probed(REDIS, [{ ...target, login }]);
  expect([report.verdict, verdictOf(report)]).toEqual(['unknown', 'auth: undetermined']);
  await redis.stop();
});
