import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { createFaults, type Faults } from '../../../src/local/faults/board.ts';
import type { Inventory, Subject } from '../../../src/local/faults/choose.ts';
import { isStopped } from '../../../src/local/faults/signals.ts';
import { until } from '../../support/until.ts';

/** Two processes that stand for nodes. */
let faults: Faults;
let nodes: Subject[];
let changes: number;
let errors: unknown[];
beforeEach(() => {
  changes = 0;
  errors = [];
  nodes = ['nats-1', 'nats-2'].map((name) => {
    const { pid } = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    return { name, pid, address: '127.0.0.1', ports: [1], folder: `/${name}` };
  });
  faults = createFaults({
    layout: embeddedLayout(0, '/nowhere', { shards: 3, replicasPerShard: 1 }),
    keepers: [],
    inventory: async () => inventory(),
    onChange: () => changes++,
    onError: (error) => errors.push(error),
  });
});
afterEach(async () => {
  await faults.healAll().catch(() => {});
  for (const { pid } of nodes) end(pid);
});

const inventory = (): Inventory => ({
  ...{ nats: nodes, redis: [], tasks: [], operations: { ecs: ['ListTasks', 'RunTask'] } },
  state: { name: 'state', pid: process.pid, address: '127.0.0.1', ports: [], folder: '/state' },
});
const inject = (kind: string, target: string, more: object = {}) =>
  faults.inject({ kind, target, parameters: {}, ...more });
const frozen = () => nodes.map(({ pid = 0 }) => isStopped(pid));
const ids = () => faults.list().map(({ id }) => id);

function end(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

describe('faults', () => {
  it('are in force until they are healed, one by one or all', async () => {
    await inject('freeze', 'nats/nats-1');
    await inject('freeze', 'nats/nats-2');
    await until('both are frozen', () => frozen().every(Boolean));
    expect(await faults.heal('f1')).toEqual(['f1']);
    await until('one goes on', () => !frozen()[0]);
    expect(frozen()).toEqual([false, true]);
    expect(await faults.healAll()).toEqual(['f2']);
    expect(ids()).toEqual([]);
    expect(changes).toBe(4);
  });

  it('heal by themselves after their time', async () => {
    const { until: end } = await inject('freeze', 'nats/nats-1', { forMs: 100 });
    expect(Date.parse(end ?? '')).toBeGreaterThan(0);
    await until('nothing is in force', () => ids().length === 0);
    await until('it goes on', () => !frozen()[0]);
  });

  it('are over with their processes, without anybody asking', async () => {
    await inject('freeze', 'nats/nats-1');
    const before = changes;
    end(nodes[0]?.pid);
    await until('it is swept away', () => changes > before);
    expect(ids()).toEqual([]);
  });

  it('are refused where one of the kind is in force on the same process, also at the same moment', async () => {
    const both = await Promise.allSettled([inject('freeze', 'nats/*'), inject('freeze', 'nats/nats-2')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(inject('freeze', 'nats/nats-1')).rejects.toMatchObject({
      code: 'USAGE',
      message: 'nats-1 has a fault of the kind already: f1, freeze',
      next: 'gsys local fault heal f1',
    });
    await faults.heal('f1');
    expect((await inject('freeze', 'nats/nats-2')).subjects).toEqual(['nats-2']);
  });

  it('of operations may be many, and each does its part', async () => {
    const aim = { service: 'ecs', operation: 'ListTasks' };
    await inject('html', 'aws/ecs:*');
    expect(await faults.gate({ ...aim, input: {} } as never)).toBe('html');
    await inject('error', 'aws/ecs:ListTasks', { parameters: { code: 'ServerException', status: 500 } });
    await expect(async () => faults.gate({ ...aim, input: {} } as never)).rejects.toMatchObject({
      code: 'ServerException',
    });
    expect(await faults.gate({ service: 'sts', operation: 'GetCallerIdentity' } as never)).toBeUndefined();
  });

  it('that mean nothing are refused, and nothing is in force', async () => {
    await expect(inject('freeze', 'nats/nats-9')).rejects.toMatchObject({ code: 'USAGE' });
    for (const { pid } of nodes) end(pid);
    nodes = nodes.map((node) => ({ ...node, pid: undefined }));
    await expect(inject('freeze', 'nats/*')).rejects.toMatchObject({ code: 'PLATFORM_FAILED' });
    await expect(faults.heal('f1')).rejects.toMatchObject({ code: 'USAGE' });
    expect(ids()).toEqual([]);
    expect(errors).toEqual([]);
  });
});
