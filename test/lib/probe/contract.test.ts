import type { NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Contracts, loadContracts } from '../../../src/lib/fleet/contracts.ts';
import { OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { connectNats } from '../../../src/lib/nats/connect.ts';
import { gather } from '../../../src/lib/nats/micro.ts';
import { inboxPrefix } from '../../../src/lib/nats/permissions.ts';
import { type Asker, probeContract } from '../../../src/lib/probe/contract.ts';
import { findInstances } from '../../../src/lib/probe/instances.ts';
import { until } from '../../support/until.ts';
import { type NatsCluster, startNats } from '../nats/cluster.ts';
import { type Instance, SETTINGS, startSettings } from '../nats/settings.ts';

let cluster: NatsCluster;
let contracts: Contracts;
let askers: Asker[];
let good: Uint8Array;
const running: Instance[] = [];

beforeAll(async () => {
  cluster = await startNats({ size: 3, services: [SETTINGS] });
  contracts = loadContracts((await loadFleet({ from: import.meta.dirname })).contracts);
  good = contracts.encode('settings.v1.GetResponse', { settings: [{ key: 'language', isDefault: true }] });
  askers = await Promise.all(
    cluster.nodes.map(async (to) => {
      const { ca } = cluster;
      const identity = cluster.identity(OPERATOR);
      const target = { to, identity, ca, inboxPrefix: inboxPrefix(OPERATOR), name: OPERATOR, timeout: 1500 };
      return { through: to.name, nc: await connectNats(target) };
    }),
  );
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
  await until('nobody there', async () => (await gather(nc(), 'PING', { maxWait: 500 })).length === 0);
});
afterAll(async () => {
  await Promise.all((askers ?? []).map((asker) => asker.nc.close()));
  await cluster?.stop();
});

const nc = () => (askers[0] as Asker).nc as NatsConnection;

async function start(...settings: { node: number; answer?: Parameters<typeof startSettings>[2] }[]) {
  for (const { node, answer } of settings)
    running.push(await startSettings(cluster, node, answer, { taskArn: `arn/${node}` }));
  const everybody = () => Promise.all(askers.map((asker) => gather(asker.nc, 'PING', { maxWait: 500 })));
  await until('everybody seen from everywhere', async () =>
    (await everybody()).every((found) => found.length === settings.length),
  );
}

async function probe(service = SETTINGS) {
  const from = Date.now();
  const stats = await gather(nc(), 'STATS', { maxWait: 500 });
  return await probeContract(service, contracts, askers, { stats, asking: { from, to: Date.now() } });
}

const fine: Parameters<typeof startSettings>[2] = (to) => to.reply(good);

describe('a probe', () => {
  it('reaches every instance, wherever it is connected, and counts what each served', async () => {
    await start({ node: 0, answer: fine }, { node: 2, answer: fine }, { node: 2, answer: fine });
    const { replies, instances } = await probe();
    expect(new Set(replies.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(instances).toHaveLength(3);
    expect(instances.every(({ served, failed }) => served > 0 && failed === 0)).toBe(true);
  });

  it('takes no bytes for the message whose every field is its default', async () => {
    await start({ node: 0 });
    const { replies } = await probe({ ...SETTINGS, probe: { ...probeOf(), expect: { settings: [] } } });
    expect(replies[0]?.outcome).toBe('ok');
  });

  it('without anybody is told from one without an answer', async () => {
    expect((await probe()).replies[0]?.outcome).toBe('no-responders');
    await start({ node: 0, answer: () => undefined });
    const impatient = { ...SETTINGS, endpoints: SETTINGS.endpoints.map((one) => ({ ...one, timeout: 0.2 })) };
    expect((await probe(impatient)).replies[0]?.outcome).toBe('timeout');
  });

  it('tells an error in headers, an error in the message, other bytes, and another answer apart', async () => {
    const failure = contracts.encode('settings.v1.GetResponse', {
      error: { code: 'NOT_FOUND', message: 'nobody' },
    });
    const other = contracts.encode('settings.v1.GetResponse', { settings: [{ key: 'volume' }] });
    const answers: Parameters<typeof startSettings>[2][] = [
      (to) => to.fail(503, 'state is away'),
      (to) => to.reply(failure),
      (to) => to.reply(new Uint8Array([0xff, 0xff])),
      (to) => to.reply(other),
    ];
    const told = [];
    for (const answer of answers) {
      await start({ node: 1, answer });
      const { outcome, why } = (await probe()).replies[0] ?? {};
      told.push([outcome, why]);
      await Promise.all(running.splice(0).map(({ stop }) => stop()));
      await until('nobody there', async () => (await gather(nc(), 'PING', { maxWait: 500 })).length === 0);
    }
    expect(told).toEqual([
      ['service-error', 'state is away'],
      ['service-error', 'NOT_FOUND: nobody'],
      ['decode', expect.any(String)],
      ['mismatch', 'reply.settings[0].key is "volume", not "language"'],
    ]);
  });
});

describe('instances', () => {
  it('are found once each, with the task that they say they are', async () => {
    await start({ node: 0 }, { node: 1 });
    const found = await findInstances(
      askers.map((asker) => asker.nc),
      500,
    );
    expect(found.map(({ service, taskArn }) => `${service} ${taskArn}`).sort()).toEqual([
      'settings arn/0',
      'settings arn/1',
    ]);
  });
});

function probeOf(): NonNullable<typeof SETTINGS.probe> {
  if (SETTINGS.probe === undefined) throw new Error('settings has no probe');
  return SETTINGS.probe;
}
