import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fleet } from '../../src/lib/fleet/fleet.ts';
import { configTag } from '../../src/lib/nats/server-config.ts';
import { clusterTroubles, lookAtCluster } from '../../src/lib/tls/config/whole-cluster.ts';
import { readVarz } from '../../src/lib/tls/prove-node.ts';
import { type ConfigLab, startConfigLab } from '../lib/tls/config/nodes.ts';
import { underLoad } from '../lib/tls/config/under-load.ts';
import { failures } from '../support/load.ts';

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
