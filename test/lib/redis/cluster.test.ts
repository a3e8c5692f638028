import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { parseClusterNodes, viewFrom } from '../../../src/lib/redis/cluster.ts';
import { type RedisAccess, redisAccess } from '../../../src/lib/redis/connect.ts';
import { parseInfo } from '../../../src/lib/redis/info.ts';
import { ensureCertificates, ensureTrust } from '../../../src/local/certificates.ts';
import { openJournal } from '../../../src/local/journal.ts';
import type { Keeper } from '../../../src/local/keeper.ts';
import { formRedisCluster } from '../../../src/local/redis-cluster.ts';
import { redisAccess as platformAccess, startRedisNodes } from '../../../src/local/redis-nodes.ts';
import { bringKept, FLEET } from '../../support/kept/kept.ts';
import { leaseSlot } from '../../support/slot.ts';

/** Milliseconds. */
const PATIENCE = 10_000;
const PASSWORD = 'a token of the lab';
const SHAPE = { shards: 3, replicasPerShard: 1 };
const layout = embeddedLayout(leaseSlot(), mkdtempSync(path.join(tmpdir(), 'gsys-redis-')), SHAPE);
const identity = (holder: string) => ({
  cert: path.join(layout.certs, holder, 'cert.pem'),
  key: path.join(layout.certs, holder, 'key.pem'),
});
const operator = {
  ca: path.join(layout.certs, 'ca.pem'),
  ...identity('gsys-operator'),
  system: identity('gsys-system'),
};
const redis = { endpoints: layout.redis, tls: true, authSecret: 'redis-auth' };

let keepers: Keeper[] = [];
let access: RedisAccess;

beforeAll(async () => {
  bringKept(layout.stateDir);
  const authority = await ensureTrust(layout, FLEET, new Date());
  await ensureCertificates(layout, 'redis', { name: FLEET }, authority, new Date());
  const journal = openJournal(path.join(layout.stateDir, 'journal'));
  keepers = await startRedisNodes('redis-server', PASSWORD, { layout, journal });
  const signal = AbortSignal.timeout(30_000);
  await formRedisCluster(layout.redis, SHAPE.shards, await platformAccess(layout.certs, PASSWORD), signal);
  access = await redisAccess({ redis, operator }, PASSWORD);
});
afterAll(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  rmSync(layout.stateDir, { recursive: true, force: true });
});

const node = (index: number) => layout.redis[index] as (typeof layout.redis)[number];

describe('a node of a real cluster', () => {
  it('tells its own view of slots, nodes and replication', async () => {
    const views = await Promise.all(layout.redis.map((each) => viewFrom(each, access, PATIENCE)));
    expect(views.map(({ info }) => [info.state, info.slotsOk])).toEqual(Array(6).fill(['ok', 16384]));
    for (const { nodes } of views) {
      expect(nodes.map(({ port }) => port).sort()).toEqual(layout.redis.map(({ port }) => port).sort());
      expect(nodes.flatMap(({ slots }) => slots).length).toBe(3);
      expect(nodes.filter(({ primary }) => primary !== undefined)).toHaveLength(3);
    }
    const primaries = views.filter(({ replication }) => replication.role === 'master');
    expect(primaries.map(({ replication }) => replication.replicas[0]?.state)).toEqual(
      Array(3).fill('online'),
    );
    const fine = { snapshot: 'ok', append: 'ok', rewrite: 'ok' };
    expect(views.map(({ persistence }) => persistence)).toEqual(views.map(() => fine));
  });

  it('that refuses our password is an auth fault', async () => {
    const wrong = { ...access, password: 'guessed' };
    await expect(viewFrom(node(0), wrong, PATIENCE)).rejects.toMatchObject({ kind: 'auth' });
    await expect(viewFrom(node(0), { ...access, password: undefined }, PATIENCE)).rejects.toMatchObject({
      kind: 'auth',
    });
  });

  it('of another authority is a trust fault, one that wants a certificate an identity fault', async () => {
    const ca = [readFileSync(identity('gsys-operator').cert, 'utf8')];
    const { secureContext: _, ...tls } = access.tls as NonNullable<RedisAccess['tls']>;
    await expect(viewFrom(node(0), { ...access, tls: { ...tls, ca } }, PATIENCE)).rejects.toMatchObject({
      kind: 'tls-trust',
    });
    const anonymous = { ...access, tls: { ca: tls.ca } as typeof tls };
    await expect(viewFrom(node(0), anonymous, PATIENCE)).rejects.toMatchObject({ kind: 'tls-identity' });
  });

  it('that is not there is a tcp fault', async () => {
    await expect(viewFrom({ host: '127.0.0.1', port: 1 }, access, PATIENCE)).rejects.toMatchObject({
      kind: 'tcp',
    });
  });

  it('that is frozen is a timeout, in time', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const started = Date.now();
    await expect(viewFrom({ host: '127.0.0.1', port }, access, 300)).rejects.toMatchObject({
      kind: 'timeout',
    });
    expect(Date.now() - started).toBeLessThan(PATIENCE);
    server.close();
  });
});

it('reads the lines of CLUSTER NODES, open migrations and failed nodes too', () => {
  const text = [
    'a1 10.0.0.1:6379@16379,host-1 myself,master - 0 0 1 connected 0-100 200 [300->-b2]',
    'b2 10.0.0.2:6379@16379 master,fail - 1 1 2 disconnected 301-400',
    'c3 10.0.0.3:6379@16379 slave a1 0 0 1 connected',
  ].join('\n');
  expect(parseClusterNodes(text)).toEqual([
    expect.objectContaining({
      host: '10.0.0.1',
      port: 6379,
      slots: ['0-100', '200'],
      migrating: ['[300->-b2]'],
    }),
    expect.objectContaining({ flags: ['master', 'fail'], linked: false }),
    expect.objectContaining({ primary: 'a1', slots: [] }),
  ]);
});

it('reads a replica’s own side of replication', () => {
  const text =
    'role:slave\r\nmaster_link_status:down\r\nmaster_sync_in_progress:1\r\nslave_repl_offset:7\r\n';
  expect(parseInfo(text).replication).toMatchObject({
    role: 'slave',
    linkUp: false,
    syncing: true,
    offset: 7,
  });
});
