import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fleet, NatsNode } from '../../src/lib/fleet/fleet.ts';
import { configTag } from '../../src/lib/nats/server-config.ts';
import { NATS_TIMEOUT, natsSessions } from '../../src/lib/nats/sessions.ts';
import { askServer } from '../../src/lib/nats/system.ts';
import { handOver, ledBy } from '../../src/lib/tls/config/hand-over.ts';
import { clusterTroubles, lookAtCluster } from '../../src/lib/tls/config/whole-cluster.ts';
import { readVarz } from '../../src/lib/tls/prove-node.ts';
import { type ConfigLab, startConfigLab } from '../lib/tls/config/nodes.ts';
import { underLoad } from '../lib/tls/config/under-load.ts';
import { failures } from '../support/load.ts';
import { until } from '../support/until.ts';

const NODES = ['nats-1', 'nats-2', 'nats-3'];
let lab: ConfigLab;
beforeAll(async () => {
  lab = await startConfigLab();
});
afterAll(() => lab?.stop());

it('restarts node by node what a reload does not take, and all are back', async () => {
  const load = await underLoad(lab.fleet);
  const { environment } = lab.fleet;
  const nodes = environment.nats.nodes.map((node) => ({
    ...node,
    jetstream: { ...node.jetstream, maxMemory: node.jetstream.maxMemory * 2 },
  }));
  const wanted: Fleet = {
    ...lab.fleet,
    environment: { ...environment, nats: { ...environment.nats, nodes } },
  };
  const { result, error, steps } = await lab.apply(wanted);
  const outcomes = await load.stop();
  expect(error).toBeUndefined();
  expect(result?.plan.map(({ action }) => action)).toEqual(['restart', 'restart', 'restart']);
  expect(steps.filter((step) => /draining|proved/.test(step))).toEqual(
    NODES.flatMap((node) => [`${node} draining`, `${node} proved`]),
  );
  expect(clusterTroubles(await lookAtCluster(environment))).toEqual([]);
  for (const node of environment.nats.nodes)
    expect((await readVarz(node, environment)).tags).toEqual([
      configTag(readFileSync(lab.file(node.name), 'utf8')),
    ]);
  expect(failures(outcomes)).toEqual({});
});

it('has others lead what a node leads, before it is taken out', async () => {
  const { environment } = lab.fleet;
  const sessions = natsSessions(environment);
  try {
    const [first] = environment.nats.nodes as [NatsNode];
    const [operator, system] = [await sessions.operator(first), await sessions.system(first)];
    const manager = await operator.jetstreamManager({ checkAPI: false });
    const config = { name: 'LED', subjects: ['led.>'], num_replicas: 3 };
    await until('a stream', () =>
      manager.streams.add(config).then(
        () => true,
        () => false,
      ),
    );
    const leader = async () => (await manager.streams.info('LED')).cluster?.leader;
    await until('nats-1 to lead it', async () => {
      if ((await leader()) === 'nats-1') return true;
      await operator.request('$JS.API.STREAM.LEADER.STEPDOWN.LED');
      await until('a leader', async () => Boolean(await leader()));
      return false;
    });
    const told: string[] = [];
    const waiting = (detail: string) => void told.push(detail);
    await handOver(first, { environment, signal: undefined, keepLock: async () => {}, waiting });
    expect(told).toContainEqual(expect.stringMatching(/^leads [0-9]+ of JetStream's groups/));
    const asked = { accounts: true, streams: true, consumer: true, config: true };
    expect(ledBy('nats-1', await askServer(system, 'JSZ', NATS_TIMEOUT, asked))).toEqual([]);
    await manager.streams.delete('LED');
  } finally {
    await sessions.close();
  }
});

it('takes a node back that does not come up with what it was brought, and touches no other', async () => {
  const { environment } = lab.fleet;
  const nodes = environment.nats.nodes.map((node) => ({
    ...node,
    // Nobody can make a folder there, which nats-server -t does not see.
    jetstream: { ...node.jetstream, storeDir: `/proc/${node.name}` },
  }));
  const before = NODES.map((node) => readFileSync(lab.file(node), 'utf8'));
  const { error, steps } = await lab.apply({
    ...lab.fleet,
    environment: { ...environment, nats: { ...environment.nats, nodes } },
  });
  expect(error).toMatchObject({ code: 'NOT_PROVEN', message: expect.stringMatching(/^nats-1 is not seen/) });
  expect(error?.details[0]).toBe('nats-1 went back to what it had, and is seen to use that');
  expect(steps.filter((step) => !step.startsWith('nats-1'))).toEqual([]);
  expect(NODES.map((node) => readFileSync(lab.file(node), 'utf8'))).toEqual(before);
  await until(
    'the cluster to be whole',
    async () => clusterTroubles(await lookAtCluster(environment)).length === 0,
  );
});

it('brings a configuration to a node that is down, and proves it when that is started', async () => {
  const { environment } = lab.fleet;
  const pid = lab.keeper('nats-3').pid() as number;
  process.kill(pid, 'SIGKILL');
  await until('nats-3 to be down', () => lab.keeper('nats-3').pid() === undefined);
  const { result, error, steps } = await lab.apply(lab.with('auth'), { nodes: ['nats-3'] });
  expect(error).toBeUndefined();
  expect(result?.changed).toEqual(['nats-3']);
  expect(steps).toContain('nats-3 starting');
  expect((await readVarz(environment.nats.nodes[2] as NatsNode, environment)).tags).toEqual([
    configTag(readFileSync(lab.file('nats-3'), 'utf8')),
  ]);
});
