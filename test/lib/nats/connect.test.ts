import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, SYSTEM } from '../../../src/lib/fleet/identity.ts';
import { connectNats } from '../../../src/lib/nats/connect.ts';
import { gather } from '../../../src/lib/nats/micro.ts';
import { inboxPrefix } from '../../../src/lib/nats/permissions.ts';
import { askServer } from '../../../src/lib/nats/system.ts';
import { heldUp } from '../../support/held-up.ts';
import { until } from '../../support/until.ts';
import { type NatsCluster, startNats } from './cluster.ts';
import { SETTINGS, startSettings } from './settings.ts';

describe('connections', () => {
  let cluster: NatsCluster;
  beforeAll(async () => {
    cluster = await startNats({ size: 3, services: [SETTINGS] });
  });
  afterAll(async () => await cluster?.stop());

  const open = (holder: string, node = 0) =>
    connectNats({
      to: cluster.nodes[node] as NatsCluster['nodes'][number],
      identity: cluster.identity(holder),
      ca: cluster.ca,
      inboxPrefix: inboxPrefix(holder),
      name: holder,
      timeout: 1500,
    });

  it('stay with their node', async () => {
    const nc = await open(OPERATOR, 1);
    expect(nc.info?.server_name).toBe('nats-2');
    await nc.close();
  });

  it('tell the system account’s answers from its silence', async () => {
    const [system, operator] = await Promise.all([open(SYSTEM, 2), open(OPERATOR, 2)]);
    const [varz, routez, jsz] = await Promise.all([
      askServer(system, 'VARZ', 1000),
      askServer(system, 'ROUTEZ', 1000),
      askServer(system, 'JSZ', 1000),
    ]);
    expect(varz).toMatchObject({ server_name: 'nats-3', remotes: 2 });
    expect(new Set(routez.routes?.map(({ remote_id }) => remote_id)).size).toBe(2);
    expect(jsz.meta_cluster).toMatchObject({ cluster_size: 3 });
    await expect(askServer(operator, 'VARZ', 300)).rejects.toMatchObject({ kind: /permission|timeout/ });
    await Promise.all([system.close(), operator.close()]);
  });

  it('hear what has come in time, however long this process was held up', async () => {
    const connecting = open(SYSTEM, 1);
    setImmediate(() => heldUp(2000));
    const system = await connecting;
    const asking = askServer(system, 'VARZ', 200);
    setImmediate(() => heldUp(1000));
    expect(await asking).toMatchObject({ server_name: 'nats-2' });
    await system.close();
  });

  it('with the wrong authority, or none of ours, are trust and identity faults', async () => {
    const to = cluster.nodes[0] as NatsCluster['nodes'][number];
    const options = { to, inboxPrefix: '_INBOX', name: 'x', timeout: 1500 };
    const untrusting = connectNats({
      ...options,
      identity: cluster.identity(OPERATOR),
      ca: cluster.identity(OPERATOR).cert,
    });
    await expect(untrusting).rejects.toMatchObject({ kind: 'tls-trust' });
    const nobody = connectNats({ ...options, identity: cluster.identity('nats-1'), ca: cluster.ca });
    await expect(nobody).rejects.toMatchObject({ kind: 'auth' });
  });

  it('to a port where nobody listens are a tcp fault, to a name without address a dns fault', async () => {
    const rest = {
      identity: cluster.identity(OPERATOR),
      ca: cluster.ca,
      inboxPrefix: '_INBOX',
      name: 'x',
      timeout: 1500,
    };
    const to = (host: string) => connectNats({ to: { host, clientPort: 1 }, ...rest });
    await expect(to('127.0.0.1')).rejects.toMatchObject({ kind: 'tcp' });
    await expect(to('nowhere.invalid')).rejects.toMatchObject({ kind: 'dns' });
  });

  it('to a frozen node end within their timeout', async () => {
    cluster.process('nats-3').kill('SIGSTOP');
    const frozen = connectNats({
      to: cluster.nodes[2] as NatsCluster['nodes'][number],
      identity: cluster.identity(OPERATOR),
      ca: cluster.ca,
      inboxPrefix: '_INBOX',
      name: 'x',
      timeout: 400,
    });
    await expect(frozen).rejects.toMatchObject({ kind: 'timeout' });
    cluster.process('nats-3').kill('SIGCONT');
  });

  it('gather every instance’s answer, and nobody’s as an empty list', async () => {
    const operator = await open(OPERATOR);
    expect(await gather(operator, 'PING', { maxWait: 500 })).toEqual([]);
    const instances = await Promise.all([0, 1, 2].map((node) => startSettings(cluster, node)));
    await until(
      'three instances',
      async () => (await gather(operator, 'PING', { maxWait: 500 })).length === 3,
    );
    const ids = instances.map(({ id }) => id);
    const stats = await gather(operator, 'STATS', { service: 'settings', expected: ids, maxWait: 500 });
    expect(stats.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(stats[0]?.endpoints?.[0]).toMatchObject({ subject: 'svc.settings.v1.get', num_requests: 0 });
    await Promise.all([operator.close(), ...instances.map(({ stop }) => stop())]);
  });
});
