import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { writeKeyPair } from '../../../src/lib/pki/files.ts';
import { createSecretsManager } from '../../../src/local/aws/secrets-manager/secrets-manager.ts';
import { ensureBundle, ensureCertificates, ensureTrust } from '../../../src/local/certificates.ts';
import { ensureRedisPassword } from '../../../src/local/redis-nodes.ts';
import { openStore } from '../../../src/local/store.ts';
import { seedSecrets } from '../../../src/local/supervisor/seed-secrets.ts';
import { REPOSITORY } from '../definition.ts';
import { CALLED, KEPT, pairsOf, stateOf } from './kept.ts';

/**
 * Before the first test of all: makes what `local up` would make at its first start, once for all of them. Three dozen
 * RSA keys take eight seconds of a core, and a run of everything would make a thousand.
 */
export default async function keep(): Promise<void> {
  if (existsSync(KEPT)) return;
  mkdirSync(path.dirname(KEPT), { recursive: true });
  const folder = mkdtempSync(`${KEPT}.`);
  await makeAll(folder);
  try {
    renameSync(folder, KEPT);
  } catch (error) {
    // Another run was quicker.
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(KEPT)) throw error;
  }
}

async function makeAll(folder: string): Promise<void> {
  const now = new Date();
  const fleet = await loadFleet({ from: REPOSITORY, home: folder, slot: '0' });
  const { region, account } = fleet.environment;
  const stateDir = stateOf(folder);
  const layout = embeddedLayout(0, stateDir, fleet.redis);
  const [authority, redisPassword] = await Promise.all([
    ensureTrust(layout, fleet.name, now),
    ensureRedisPassword(stateDir),
  ]);
  for (const kind of ['nats', 'redis'] as const)
    await ensureCertificates(layout, kind, fleet, authority, now);
  const aws = path.join(stateDir, 'aws');
  const onError = (error: unknown) => {
    throw error;
  };
  const store = openStore(aws, { onError });
  const secrets = createSecretsManager({
    ...{ region, account, store, onError },
    ...{ clock: Date.now, randomId: randomUUID, folder: aws, host: () => '' },
  });
  await seedSecrets(secrets, { fleet, authority, redisPassword }, now);
  await store.close();
  const bundles = fleet.services.map(({ name, tlsSecret }) => [name, secrets.value(tlsSecret, {})] as const);
  for (const [name, bundle] of bundles)
    await writeKeyPair(path.join(pairsOf(folder), name), JSON.parse(bundle));
  const called = await ensureBundle(undefined, fleet, CALLED, authority, now);
  await writeKeyPair(path.join(pairsOf(folder), CALLED), called);
}
