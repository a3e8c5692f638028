import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { ensureCertificates, ensureTrust } from '../../../src/local/certificates.ts';
import { openJournal } from '../../../src/local/journal.ts';
import type { Keeper } from '../../../src/local/keeper.ts';
import { formRedisCluster } from '../../../src/local/redis-cluster.ts';
import { redisAccess, startRedisNodes } from '../../../src/local/redis-nodes.ts';
import { bringKept, FLEET } from '../../support/kept/kept.ts';
import { leaseSlot } from '../../support/slot.ts';

/** A real cluster: three shards with a replica each, TLS with client certificates, and AUTH. */
export interface TestRedis {
  servers: { host: string; port: number }[];
  auth: string;
  tlsFiles: { caFile: string; certFile: string; keyFile: string };
  keepers: Keeper[];
  stop(): Promise<void>;
}

const SHAPE = { shards: 3, replicasPerShard: 1 };

/** @param trusted another authority whose clients are let in; PEM */
export async function startRedis(trusted = ''): Promise<TestRedis> {
  const layout = embeddedLayout(leaseSlot(), mkdtempSync(path.join(tmpdir(), 'gsys-redis-')), SHAPE);
  const auth = 'a token of the lab';
  bringKept(layout.stateDir);
  const authority = await ensureTrust(layout, FLEET, new Date());
  await ensureCertificates(layout, 'redis', { name: FLEET }, authority, new Date());
  const caFile = path.join(layout.certs, 'ca.pem');
  appendFileSync(caFile, trusted);
  const journal = openJournal(path.join(layout.stateDir, 'journal'));
  const keepers = await startRedisNodes('redis-server', auth, { layout, journal });
  const access = await redisAccess(layout.certs, auth);
  await formRedisCluster(layout.redis, SHAPE.shards, access, AbortSignal.timeout(60_000));
  return {
    ...{ servers: layout.redis, auth, keepers },
    tlsFiles: {
      caFile,
      certFile: path.join(layout.certs, OPERATOR, 'cert.pem'),
      keyFile: path.join(layout.certs, OPERATOR, 'key.pem'),
    },
    stop: async () => {
      await Promise.all(keepers.map((keeper) => keeper.stop()));
      rmSync(layout.stateDir, { recursive: true, force: true });
    },
  };
}
