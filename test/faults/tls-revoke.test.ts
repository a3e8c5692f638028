import { readFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'nats';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ASKED, fleetLoad, moreAnswers } from '../support/fleet-load.ts';
import { type ReleasedFleet, releasedFleet } from '../support/release.ts';
import { bundleOf } from '../support/service-identity.ts';
import { type SteadyLoad, tell } from '../support/steady-load.ts';
import { until } from '../support/until.ts';
import { healed } from '../support/verify.ts';

/** An identity ends: its holder goes on as another, and whoever has the old key is turned away by every node. */
let fleet: ReleasedFleet;
let reads: SteadyLoad | undefined;
beforeAll(async () => {
  fleet = await releasedFleet('{ canary: [settings], waveSize: 5, bakeSeconds: 0 }', ASKED);
});
afterEach(async () => void (await reads?.stop()));
afterAll(() => fleet?.remove());

const LONG = 1_200_000;

it('a service is revoked under load: no request is lost, and the old certificate is refused as anybody', {
  timeout: LONG,
}, async (context) => {
  const stolen = await bundleOf(fleet.platform, 'settings');
  const inHand = await as(stolen);
  reads = await fleetLoad(fleet.platform, fleet.root);
  await moreAnswers(reads);
  const { code, stdout, stderr } = await revoke('settings');
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/revoked: every node refuses what settings\.g1/);
  await moreAnswers(reads);
  const steady = await reads.stop();
  tell(context, steady);
  expect(steady.lost).toEqual({});
  await inHand.closed();
  expect(inHand.isClosed()).toBe(true);
  for (const port of await ports()) await expect(as(stolen, [port])).rejects.toThrow();
  expect((await fleet.platform.gsys('tls', 'status')).code).toBe(0);
});

it('with --now whoever has the key is out before its holder has another one, killed and called again, too', {
  timeout: LONG,
}, async () => {
  const stolen = await bundleOf(fleet.platform, 'time-manager');
  const inHand = await as(stolen, undefined, 'time-manager');
  const out = inHand.closed().then(() => Date.now());
  const issued = await killedAtIssue('time-manager');
  expect(await out).toBeLessThanOrEqual(issued);
  for (const port of await ports()) await expect(as(stolen, [port])).rejects.toThrow();
  const { code, stdout, stderr } = await revoke('time-manager', '--json');
  expect(code, stdout + stderr).toBe(0);
  // Nobody is let in again on the way.
  expect(stdout).not.toContain('its users');
  expect(stdout).toContain('"outcome":"refused-everywhere"');
  for (const port of await ports()) await expect(as(stolen, [port])).rejects.toThrow();
  expect((await fleet.platform.gsys('tls', 'status')).code).toBe(0);
  await healed(fleet.platform, '--only', 'service.instances');
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

const revocationOf = (holder: string) => ['tls', 'revoke', holder, '--reason', 'it was stolen', '--yes'];
const revoke = (holder: string, ...more: string[]) => fleet.platform.gsys(...revocationOf(holder), ...more);
/** @returns when it issued the new certificate, as it says */
async function killedAtIssue(holder: string): Promise<number> {
  const child = fleet.platform.start(...revocationOf(holder), '--now', '--json');
  let heard = '';
  child.stdout?.on('data', (chunk) => {
    heard += chunk;
  });
  const issued = /^.*"type":"issued".*$/m;
  await until('a certificate', () => issued.test(heard) || child.exitCode !== null, 300_000);
  child.kill('SIGKILL');
  await child;
  const line = issued.exec(heard)?.[0];
  if (line === undefined) throw new Error(heard);
  return Date.parse(JSON.parse(line).at);
}
const ports = async () =>
  (await fleet.platform.status()).nats.map(({ clientUrl }) => new URL(clientUrl).host);

async function as(
  { cert, key, ca }: { cert: string; key: string; ca: string },
  servers?: string[],
  who = 'settings',
) {
  return await connect({
    servers: servers ?? (await ports()),
    tls: { cert, key, ca },
    inboxPrefix: `_INBOX_${who}`,
    reconnect: false,
    maxReconnectAttempts: 0,
  });
}
