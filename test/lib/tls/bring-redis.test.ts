import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsAccess } from '../../../src/lib/aws/clients.ts';
import { secrets } from '../../../src/lib/aws/secrets.ts';
import { type EmbeddedLayout, embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import type { Environment, Fleet } from '../../../src/lib/fleet/fleet.ts';
import { OPERATOR, SYSTEM } from '../../../src/lib/fleet/identity.ts';
import { createIssuer } from '../../../src/lib/pki/create-issuer.ts';
import { createRoot } from '../../../src/lib/pki/create-root.ts';
import { readServerFiles, type ServerFiles, writeServerFiles } from '../../../src/lib/pki/files.ts';
import { nodeRequest } from '../../../src/lib/pki/holder-requests.ts';
import { inspect } from '../../../src/lib/pki/inspect.ts';
import { issueLeaf } from '../../../src/lib/pki/issue-leaf.ts';
import { bringToRedis } from '../../../src/lib/tls/bring-redis.ts';
import { lookAt } from '../../../src/lib/tls/handshake.ts';
import type { TlsContext, TlsStep } from '../../../src/lib/tls/steps.ts';
import { visitorOf } from '../../../src/lib/tls/visitor.ts';
import type { PlatformAuthority } from '../../../src/local/authority.ts';
import { ensureCertificates, ensureTrust } from '../../../src/local/certificates.ts';
import { openJournal } from '../../../src/local/journal.ts';
import type { Keeper } from '../../../src/local/keeper.ts';
import { connectRedis, type RedisAccess } from '../../../src/local/redis-client.ts';
import { formRedisCluster } from '../../../src/local/redis-cluster.ts';
import { ensureRedisPassword, redisAccess, startRedisNodes } from '../../../src/local/redis-nodes.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { bringKept, FLEET } from '../../support/kept/kept.ts';
import { leaseSlot } from '../../support/slot.ts';

let endpoint: TestEndpoint;
let layout: EmbeddedLayout;
let authority: PlatformAuthority;
let keepers: Keeper[] = [];
let redis: RedisAccess;
let fleet: Fleet;

beforeAll(async () => {
  endpoint = await startEndpoint();
  const stateDir = mkdtempSync(path.join(tmpdir(), 'gsys-redis-'));
  layout = embeddedLayout(leaseSlot(), stateDir, { shards: 3, replicasPerShard: 1 });
  bringKept(stateDir);
  authority = await ensureTrust(layout, FLEET, new Date());
  await ensureCertificates(layout, 'redis', { name: FLEET }, authority, new Date());
  const password = await ensureRedisPassword(stateDir);
  redis = await redisAccess(layout.certs, password);
  const journal = openJournal(path.join(stateDir, 'journal'));
  keepers = await startRedisNodes('redis-server', password, { layout, journal });
  await formRedisCluster(layout.redis, 3, redis, AbortSignal.timeout(60_000));
  const identity = (holder: string) => ({
    cert: path.join(layout.certs, holder, 'cert.pem'),
    key: path.join(layout.certs, holder, 'key.pem'),
  });
  const environment = {
    ...{ name: 'local', platform: 'embedded', stateDir, region: 'us-east-1', endpoint: endpoint.url },
    credentials: endpoint.client.credentials,
    nats: { nodes: [], transport: 'local', clientUrls: [] },
    redis: { endpoints: layout.redis, tls: true, authSecret: 'redis-auth' },
    operator: { ...identity(OPERATOR), ca: path.join(layout.certs, 'ca.pem'), system: identity(SYSTEM) },
  } as unknown as Environment;
  fleet = { name: FLEET, environment } as Fleet;
  await secrets(awsAccess(environment)).create('redis-auth', password, 'AUTH');
});
afterAll(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  await endpoint?.close();
  rmSync(layout.stateDir, { recursive: true, force: true });
});

async function bring(wanted: { holder: string; files: ServerFiles }[]) {
  const access = awsAccess(fleet.environment);
  const steps: TlsStep[] = [];
  const context = {
    ...{ fleet, access, afterwards: () => access, holder: { command: 'tls test', who: 'test' } },
    ...{
      lock: { keep: async () => undefined },
      signal: undefined,
      tell: (step: TlsStep) => void steps.push(step),
    },
  } as unknown as TlsContext;
  const error = await bringToRedis(wanted, context).catch((thrown: unknown) => thrown);
  return { steps: steps.map((step) => [step.type, 'holder' in step ? step.holder : '']), error };
}
const renewed = async (holder: string, by = authority.issuer, ca = authority.bundle) => ({
  holder,
  files: { ...(await issueLeaf(by, nodeRequest(FLEET, holder, ['127.0.0.1']))), ca },
});
const filesOf = (holder: string) => readServerFiles(path.join(layout.stateDir, 'redis', holder, 'tls'));
const served = async (index: number) => {
  const { host, port } = layout.redis[index] as EmbeddedLayout['redis'][number];
  const seen = await lookAt({ host, port, speaks: 'tls' }, await visitorOf(fleet.environment.operator), 3000);
  return inspect(seen.chain[0] ?? '').serial;
};
const serial = ({ files }: { files: ServerFiles }) => inspect(files.cert).serial;
const healthy = async (index: number) => {
  const peer = connectRedis(layout.redis[index] as EmbeddedLayout['redis'][number], redis);
  const info = String(await peer.command('CLUSTER', 'INFO').finally(() => peer.close()));
  return /cluster_state:ok/.test(info) && /cluster_slots_ok:16384/.test(info);
};

describe('a new certificate for Redis', () => {
  it('comes to one node after the other, is seen served, and brought again changes nothing', async () => {
    const wanted = await Promise.all([renewed('redis-1'), renewed('redis-2')]);
    const { steps, error } = await bring(wanted);
    expect(error).toBeUndefined();
    expect(steps).toEqual([
      ['installed', 'redis-1'],
      ['proved', 'redis-1'],
      ['installed', 'redis-2'],
      ['proved', 'redis-2'],
    ]);
    expect([await served(0), await served(1)]).toEqual(wanted.map(serial));
    expect([await healthy(0), await healthy(1)]).toEqual([true, true]);
    expect((await bring(wanted)).steps).toEqual([
      ['proved', 'redis-1'],
      ['proved', 'redis-2'],
    ]);
  });

  it('that lies there already, and was not read yet, is read', async () => {
    const [wanted, later] = [await renewed('redis-1'), await renewed('redis-1')];
    await bring([wanted]);
    await writeServerFiles(path.join(layout.stateDir, 'redis', 'redis-1', 'tls'), later.files);
    expect(await served(0)).toBe(serial(wanted));
    expect((await bring([later])).error).toBeUndefined();
    expect(await served(0)).toBe(serial(later));
  });

  it('of an authority that the others do not know is refused before anything is written', async () => {
    const root = createRoot('foreign');
    const issuer = await createIssuer(root, 'foreign');
    const before = [await filesOf('redis-3'), await served(2)];
    const { steps, error } = await bring([await renewed('redis-3', issuer)]);
    expect(error).toMatchObject({
      code: 'NOT_PROVEN',
      details: expect.arrayContaining([expect.any(String)]),
    });
    expect(steps).toEqual([]);
    expect([await filesOf('redis-3'), await served(2)]).toEqual(before);
  });

  it('that is not to be trusted for its address goes back, and ends it there', async () => {
    const before = [await filesOf('redis-3'), await served(2), await served(3)];
    const elsewhere = nodeRequest(FLEET, 'redis-3', ['10.0.0.1']);
    const files = { ...(await issueLeaf(authority.issuer, elsewhere)), ca: authority.bundle };
    const { steps, error } = await bring([{ holder: 'redis-3', files }, await renewed('redis-4')]);
    expect(error).toMatchObject({
      code: 'NOT_PROVEN',
      message: expect.stringMatching(/it serves what it served before/),
    });
    expect(steps).toEqual([
      ['installed', 'redis-3'],
      ['went-back', 'redis-3'],
    ]);
    expect([await filesOf('redis-3'), await served(2), await served(3)]).toEqual(before);
    expect(await healthy(2)).toBe(true);
  });

  it('is not brought to a managed cluster', async () => {
    const managed = { ...fleet, environment: { ...fleet.environment, platform: 'aws' } } as Fleet;
    const before = fleet;
    fleet = managed;
    const { steps, error } = await bring([await renewed('redis-1')]);
    fleet = before;
    expect({ steps, error }).toEqual({ steps: [], error: undefined });
  });
});
