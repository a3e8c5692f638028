import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as dialTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedLayout, embeddedLayout } from '../../src/lib/fleet/embedded-layout.ts';
import { ensureCertificates, ensureTrust } from '../../src/local/certificates.ts';
import { openJournal } from '../../src/local/journal.ts';
import type { Keeper } from '../../src/local/keeper.ts';
import { connectRedis, type RedisAccess } from '../../src/local/redis-client.ts';
import { formRedisCluster } from '../../src/local/redis-cluster.ts';
import { ensureRedisPassword, redisAccess, startRedisNodes } from '../../src/local/redis-nodes.ts';
import { redisRoles } from '../../src/local/redis-roles.ts';
import { bringKept, FLEET } from '../support/kept/kept.ts';
import { leaseSlot } from '../support/slot.ts';
import { until } from '../support/until.ts';

const SHAPE = { shards: 3, replicasPerShard: 1 };
let layout: EmbeddedLayout;
let access: RedisAccess;
let keepers: Keeper[];

beforeAll(async () => {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'gsys-redis-'));
  layout = embeddedLayout(leaseSlot(), stateDir, SHAPE);
  bringKept(layout.stateDir);
  const authority = await ensureTrust(layout, FLEET, new Date());
  await ensureCertificates(layout, 'redis', { name: FLEET }, authority, new Date());
  await start();
  await form();
});
afterAll(async () => {
  await stop();
  rmSync(layout.stateDir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const password = await ensureRedisPassword(layout.stateDir);
  access = await redisAccess(layout.certs, password);
  const journal = openJournal(path.join(layout.stateDir, 'journal'));
  keepers = await startRedisNodes('redis-server', password, { layout, journal });
}
const form = () => formRedisCluster(layout.redis, SHAPE.shards, access, AbortSignal.timeout(60_000));
const stop = () => Promise.all(keepers.map((keeper) => keeper.stop()));
const node = (index: number) => layout.redis[index] as EmbeddedLayout['redis'][number];
const ask = async (index: number, ...words: string[]) => {
  const peer = connectRedis(node(index), access);
  return String(await peer.command(...words).finally(() => peer.close()));
};

it('is three shards with a replica each, every slot served on every node', async () => {
  for (const i of layout.redis.keys()) {
    const info = await ask(i, 'CLUSTER', 'INFO');
    expect(info).toContain('cluster_state:ok');
    expect(info).toContain('cluster_slots_ok:16384');
  }
  const roles = [...(await redisRoles(layout.redis, access)).values()];
  expect(roles.map(({ role }) => role).sort()).toEqual([
    ...Array(3).fill('primary'),
    ...Array(3).fill('replica'),
  ]);
  expect(roles.map(({ shard }) => shard).sort()).toEqual([1, 1, 2, 2, 3, 3]);
});

it('lets nobody in without TLS, without a certificate, or without the token', async () => {
  const { host, port } = node(0);
  const plain = await new Promise<string>((resolve) => {
    const socket = dial(port, host, () => socket.write('PING\r\n'));
    socket.once('data', (data) => resolve(`${data}`)).once('close', () => resolve('closed'));
    socket.once('error', () => resolve('closed'));
  });
  expect(plain).not.toContain('PONG');
  const anonymous = await new Promise<string>((resolve) => {
    const socket = dialTls({ host, port, ca: access.ca }, () => socket.write('PING\r\n'));
    socket.once('data', (data) => resolve(`${data}`)).once('close', () => resolve('closed'));
    socket.once('error', () => resolve('closed'));
  });
  expect(anonymous).toBe('closed');
  const stranger = connectRedis(node(0), { ...access, password: 'wrong' });
  await expect(stranger.command('PING').finally(() => stranger.close())).rejects.toThrow();
});

it('keeps its token out of arguments and away from others', () => {
  const pid = keepers[0]?.pid() ?? 0;
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(access.password);
});

it('comes back from a restart as the same cluster with its data', async () => {
  const owner = await ask(0, 'CLUSTER', 'MYID');
  // Slot 0 to 5460 are the first node's: {06S} hashes to slot 0.
  await ask(0, 'SET', '{06S}', 'kept');
  await stop();
  await start();
  await form();
  expect(await ask(0, 'CLUSTER', 'MYID')).toBe(owner);
  expect(await ask(0, 'GET', '{06S}')).toBe('kept');
});

it('is formed where a node is slow to answer, as one of a busy machine is', async () => {
  await stop();
  await start();
  const formed = form();
  await until('the node answers', async () => (await ask(0, 'PING').catch(() => '')) === 'PONG');
  const pid = keepers[0]?.pid() ?? 0;
  process.kill(pid, 'SIGSTOP');
  // Longer than who only looks would wait, and less than the others do before they call it failed.
  await sleep(1500);
  process.kill(pid, 'SIGCONT');
  await formed;
});

it('shows who took over when a primary is gone, and takes it back as a replica', async () => {
  process.kill(keepers[0]?.pid() ?? 0, 'SIGKILL');
  const heir = await until('a replica takes over', async () => {
    const roles = await redisRoles(layout.redis, access);
    return [...roles].find(
      ([name, { role, shard }]) => name !== 'redis-1' && role === 'primary' && shard === 1,
    )?.[0];
  });
  expect(heir).toBe('redis-4');
  expect((await redisRoles(layout.redis, access)).get('redis-1')).toEqual({
    role: 'unknown',
    shard: undefined,
  });
  await keepers[0]?.heal();
  await form();
  expect((await redisRoles(layout.redis, access)).get('redis-1')).toEqual({ role: 'replica', shard: 1 });
});
