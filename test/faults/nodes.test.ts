import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canFilter } from '../support/abilities.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { tasksByNode } from '../support/nats-state.ts';
import { runs } from '../support/platform.ts';
import { tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';
import { healed, troubles, verify } from '../support/verify.ts';

const test = fleetUnderTest();
const fleet = test.platform;
beforeAll(async () => {
  await test.start();
  await healed(fleet);
});
afterEach(() => fleet.gsys('local', 'fault', 'heal', '--all'));
afterAll(() => test.remove());

describe('a NATS node', () => {
  it('is frozen for 20 s and thaws: every task has one connection, and is ready', async () => {
    const nodes = await tasksByNode(fleet);
    const [crowded] = nodes.toSorted((a, b) => b.tasks.length - a.tasks.length);
    const before = nodes.flatMap(({ tasks }) => tasks).sort();
    await test.inject('freeze', `nats/${crowded?.node}`);
    expect((await verify(fleet, '--only', 'nats.reach')).code).toBe(1);
    await sleep(20_000);
    await test.heal('--all');
    await healed(fleet);
    const after = (await tasksByNode(fleet)).flatMap(({ tasks }) => tasks).sort();
    expect(after).toEqual(before);
    expect(await test.write('p1', 'de')).toBe(true);
  });

  it.runIf(canFilter)(
    'is isolated for 20 s: the tasks that it had go on elsewhere, and the mesh is whole again',
    async () => {
      await test.inject('isolate', 'nats/nats-3');
      expect(troubles(await verify(fleet, '--only', 'nats.*'))).toContain('fail nats.reach/nats-3');
      await sleep(20_000);
      await until('a write without the node', () => test.write('p1', 'fr'));
      await test.heal('--all');
      await healed(fleet);
    },
  );
});

describe('a Redis primary', () => {
  it('is frozen until its replica takes over: verify names it, and it comes back as a replica', async () => {
    const { redis } = await fleet.status();
    const primary = redis.find(({ role, shard }) => role === 'primary' && shard === 1);
    await test.inject('freeze', 'redis/shard-1/primary');
    expect((await verify(fleet, '--only', 'redis.*')).code).toBe(1);
    await until('another primary', async () =>
      (await fleet.status()).redis.some(
        ({ name, role, shard }) => role === 'primary' && shard === 1 && name !== primary?.name,
      ),
    );
    await test.heal('--all');
    await healed(fleet);
    const roles = (await fleet.status()).redis.filter(({ shard }) => shard === 1).map(({ role }) => role);
    expect(roles.sort()).toEqual(['primary', 'replica']);
  });
});

describe('tasks', () => {
  it('all of a service are killed: nobody calls that healthy, ECS replaces them, and what they knew is there', async () => {
    await until('a write', () => test.write('p1', 'it'));
    const before = await arnsOf('settings');
    await test.inject('kill', 'task/settings');
    const seen = await verify(fleet, '--strict');
    expect(seen.code).not.toBe(0);
    expect(troubles(seen).join()).toContain('/settings');
    await healed(fleet);
    expect((await arnsOf('settings')).filter((arn) => before.includes(arn))).toEqual([]);
    expect(await test.read('p1')).toBe('it');
  });

  it.each([
    ['behind', '--offset=-2h'],
    ['ahead', '--offset=2h'],
  ])('the clock of one is two hours %s: verify says so, and it serves as before', async (where, offset) => {
    await test.inject('clock', 'task/settings/1', offset);
    const seen = await verify(fleet);
    expect(troubles(seen)).toContain('fail service.clock/settings');
    expect(seen.findings.map(({ message }) => message).join()).toMatch(
      new RegExp(`is 7(19|20)\\d\\.\\d s ${where}`),
    );
    for (let i = 0; i < 8; i++) expect(await test.write(`p${i}`, 'de')).toBe(true);
    await test.heal('--all');
    await healed(fleet);
  });
});

describe.runIf(canFilter)('the supervisor is killed while faults of all kinds are in force', () => {
  it('down ends everything and leaves nothing of them, and up comes back with the state as it was', async () => {
    await until('a write', () => test.write('p1', 'ja'));
    const pids = await test.breakEverything();
    const { supervisor } = await fleet.status();
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor is gone', () => !runs(supervisor.pid));
    expect((await fleet.gsys('local', 'down')).code).toBe(0);
    expect(pids.filter(runs)).toEqual([]);
    expect(tracesOf(fleet)).toEqual([]);
    expect((await fleet.gsys('local', 'up')).code).toBe(0);
    await healed(fleet);
    expect(await test.read('p1')).toBe('ja');
  });
});

async function arnsOf(service: string): Promise<string[]> {
  const { tasks } = await fleet.status();
  return tasks.filter((task) => task.service === service).map(({ taskArn }) => taskArn);
}
