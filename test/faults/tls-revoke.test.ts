import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { connect } from 'nats';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { sdkOptions } from '../support/aws-clients.ts';
import { failures, type Load, more, startLoad } from '../support/load.ts';
import { type ReleasedFleet, releasedFleet } from '../support/release.ts';
import { volumeAt } from '../support/volume.ts';

/** An identity ends: its holder goes on as another, and whoever has the old key is turned away by every node. */
let fleet: ReleasedFleet;
let reads: Load | undefined;
beforeAll(async () => {
  fleet = await releasedFleet('{ canary: [settings], waveSize: 5, bakeSeconds: 0 }');
});
afterEach(async () => void (await reads?.stop()));
afterAll(() => fleet?.remove());

const LONG = 1_200_000;

it('a service is revoked under load: no request is lost, and the old certificate is refused as anybody', {
  timeout: LONG,
}, async () => {
  const stolen = await bundleOf('settings');
  const inHand = await as(stolen);
  const volume = volumeAt((await fleet.platform.status()).gatewayUrl);
  reads = startLoad((n, _, signal) => volume.read(n % 8, signal), { workers: 8, patience: 30_000 });
  await more(reads);
  const { code, stdout, stderr } = await revoke('settings');
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/revoked: every node refuses what settings\.g1/);
  await more(reads);
  expect(failures(await reads.stop())).toEqual({});
  await inHand.closed();
  expect(inHand.isClosed()).toBe(true);
  for (const port of await ports()) await expect(as(stolen, [port])).rejects.toThrow();
  expect((await fleet.platform.gsys('tls', 'status')).code).toBe(0);
});

it('what was revoked stays so when the platform is started again', async () => {
  await fleet.platform.must('local', 'down');
  await fleet.platform.must('local', 'up');
  const config = readFileSync(path.join(fleet.platform.home, 'local/nats/nats-1/nats-server.conf'), 'utf8');
  expect(config).toContain('settings.g2.svc');
  expect(config).not.toContain('settings.g1.svc');
});

it.each([
  ['nats-1', /no identity to revoke/],
  ['gsys-system', /no identity to revoke/],
  ['nobody', /nobody is called nobody/],
])('%s cannot be revoked, and why', async (holder, why) => {
  expect(await revoke(holder)).toMatchObject({ code: 2, stderr: expect.stringMatching(why) });
});

const revoke = (holder: string) =>
  fleet.platform.gsys('tls', 'revoke', holder, '--reason', 'it was stolen', '--yes');
const ports = async () =>
  (await fleet.platform.status()).nats.map(({ clientUrl }) => new URL(clientUrl).host);

async function bundleOf(service: string): Promise<{ cert: string; key: string; ca: string }> {
  const client = new SecretsManagerClient(await sdkOptions(fleet.platform));
  const SecretId = `gsys/gaming-system/local/tls/${service}`;
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString ?? '');
}

async function as({ cert, key, ca }: { cert: string; key: string; ca: string }, servers?: string[]) {
  return await connect({
    servers: servers ?? (await ports()),
    tls: { cert, key, ca },
    inboxPrefix: '_INBOX_settings',
    reconnect: false,
    maxReconnectAttempts: 0,
  });
}
