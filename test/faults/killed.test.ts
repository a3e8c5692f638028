import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/local/journal.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { processesOf, runs } from '../support/platform.ts';
import { until } from '../support/until.ts';
import { healed, type Verified, verify } from '../support/verify.ts';

/** Whatever somebody kills or stops by hand, verify names, and it heals. */
const test = fleetUnderTest();
const fleet = test.platform;
beforeAll(() => test.start());
afterAll(() => test.remove());

const namesOf = ({ findings }: Verified, ...statuses: string[]) =>
  findings.filter(({ status }) => statuses.includes(status)).map(({ subject }) => subject.name);

describe('what breaks is named, and heals', () => {
  it('a NATS node that is frozen', async () => {
    const { nats } = await fleet.status();
    const pid = nats[1]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      const seen = await verify(fleet);
      expect(seen.code).not.toBe(0);
      expect(namesOf(seen, 'fail', 'unknown')).toContain('nats-2');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await healed(fleet);
  });

  it('a NATS node that is killed', async () => {
    const { nats } = await fleet.status();
    process.kill(nats[2]?.pid ?? 0, 'SIGKILL');
    const seen = await verify(fleet);
    expect(seen).toMatchObject({ code: 1, verdict: 'unhealthy' });
    expect(namesOf(seen, 'fail')).toContain('nats-3');
    expect((await fleet.gsys('local', 'up')).stdout).toContain('started again: nats-3');
    await healed(fleet);
  });

  it('a Redis primary that is killed', async () => {
    const { redis } = await fleet.status();
    const primary = redis.find(({ role }) => role === 'primary');
    process.kill(primary?.pid ?? 0, 'SIGKILL');
    const seen = await verify(fleet);
    expect(seen).toMatchObject({ code: 1, verdict: 'unhealthy' });
    expect(seen.findings).toContainEqual(
      expect.objectContaining({ status: 'fail', check: expect.stringMatching(/^redis/) }),
    );
    await fleet.gsys('local', 'up');
    await healed(fleet);
  });

  it('a task that is killed: ECS replaces it', async () => {
    const { tasks } = await fleet.status();
    const task = tasks.find(({ service }) => service === 'settings');
    process.kill(task?.pid ?? 0, 'SIGKILL');
    // Its replacement may run before verify has looked; that it failed stays a warning.
    const seen = await verify(fleet, '--strict');
    expect(seen.code).not.toBe(0);
    expect(namesOf(seen, 'fail', 'unknown', 'warn').join()).toContain('settings');
    await healed(fleet);
    const after = await fleet.status();
    expect(after.tasks.map(({ taskArn }) => taskArn)).not.toContain(task?.taskArn);
  });

  it('a supervisor that is killed: verify cannot see, and the next up cleans up and brings everything back', async () => {
    const before = await fleet.status();
    const old = processesOf([...before.nats, ...before.redis, ...before.tasks].map(({ pid }) => pid));
    process.kill(before.supervisor.pid, 'SIGKILL');
    await until('the supervisor is gone', () => !runs(before.supervisor.pid));
    expect((await verify(fleet)).code).not.toBe(0);
    expect((await fleet.gsys('status')).code).toBe(3);
    expect((await fleet.gsys('local', 'up')).code).toBe(0);
    expect(old.filter(isAlive)).toEqual([]);
    await healed(fleet);
  });
});
