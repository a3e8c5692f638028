import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSystem } from '../../src/local/faults/system-command.ts';
import { canMount } from '../support/abilities.ts';
import { type FleetUnderTest, fleetUnderTest } from '../support/fleet-under-test.ts';
import { type Platform, platform, runs } from '../support/platform.ts';
import { leftovers } from '../support/traces.ts';
import { until } from '../support/until.ts';
import { healed, verify } from '../support/verify.ts';

/** Bytes: what a small fleet has on its disk, the base of its images too, and some room. */
const SIZE = 640 * 1024 * 1024;

describe.runIf(canMount)('the disk is full under .gsys, a small file system', () => {
  let test: FleetUnderTest;
  let fleet: Platform;
  beforeAll(async () => {
    test = fleetUnderTest();
    fleet = test.platform;
    mount(fleet.home);
    await test.start();
    await until('a write', () => test.write('p1', 'de'));
  });
  afterAll(async () => {
    makeRoom(fleet);
    await fleet.gsys('local', 'down', '--wipe');
    runSystem('umount', ['--lazy', fleet.home]);
    await test.remove();
  });

  /** Somebody else's language, another one each time, until that cannot be written any more. */
  const writeUntilRefused = async () => {
    let turn = 0;
    await until('a write is refused', async () => !(await test.write('p2', ++turn % 2 === 0 ? 'fr' : 'it')));
  };

  it('before up: it says so in one line, and leaves nothing running', async () => {
    const other = platform(test.definition.root);
    mount(other.home);
    fill(other);
    const { code, stderr } = await other.gsys('local', 'up');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('error The disk is full: ENOSPC'),
    });
    expect(leftovers(other)).toEqual([]);
    makeRoom(other);
    expect(await other.gsys('local', 'up')).toMatchObject({ code: 0 });
    await other.gsys('local', 'down', '--wipe');
    runSystem('umount', ['--lazy', other.home]);
    await other.remove();
  });

  it('while all runs: writes fail, verify names it, a deploy fails and says why, and logs can be read', async () => {
    fill(fleet);
    await writeUntilRefused();
    const seen = await until('verify sees it', async () => {
      const { code, verdict } = await verify(fleet);
      return code !== 0 && verdict;
    });
    expect(['unhealthy', 'unknown']).toContain(seen);
    appendFileSync(
      path.join(test.definition.root, 'services/settings/service.yaml'),
      'resources: { memory: 1024 }\n',
    );
    expect(await fleet.gsys('deploy', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENOSPC'),
    });
    expect(await fleet.gsys('logs', 'settings')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ready'),
    });
  });

  it('when the supervisor was killed: down still ends everything, and up says that the disk is full', async () => {
    const { supervisor, nats, redis, tasks } = await fleet.status();
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor is gone', () => !runs(supervisor.pid));
    expect((await fleet.gsys('local', 'down')).code).toBe(0);
    expect([...nats, ...redis, ...tasks].map(({ pid }) => pid).filter(runs)).toEqual([]);
    // What ended has left a little room.
    fill(fleet);
    const { code, stderr } = await fleet.gsys('local', 'up');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('error The disk is full') });
    expect(leftovers(fleet)).toEqual([]);
  });

  it('and then has room: everything is as it was, nothing is half-written, and what failed goes on', async () => {
    makeRoom(fleet);
    expect(await fleet.gsys('local', 'up')).toMatchObject({ code: 0 });
    await healed(fleet);
    expect(await test.read('p1')).toBe('de');
    expect(halfWritten(fleet)).toEqual([]);
    expect(await fleet.gsys('deploy', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('succeeded'),
    });
  });

  it('and has room while all runs: up starts the nodes again that have given JetStream up, and no other', async () => {
    fill(fleet);
    await writeUntilRefused();
    makeRoom(fleet);
    const { healed: started } = await fleet.json<{ healed: string[] }>('local', 'up');
    expect(started.filter((name) => !name.startsWith('nats-'))).toEqual([]);
    await healed(fleet);
    expect(await test.write('p1', 'it')).toBe(true);
  });
});

function mount(home: string): void {
  runSystem('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'gsys-test', home]);
}

function ballast({ home }: Platform): string {
  return path.join(home, 'ballast');
}

/** Until not a byte more fits. */
function fill(fleet: Platform): void {
  for (const piece of [1 << 20, 1 << 12, 1])
    try {
      for (;;) writeFileSync(ballast(fleet), Buffer.alloc(piece), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
}

function makeRoom(fleet: Platform): void {
  rmSync(ballast(fleet), { force: true });
}

/** Drafts of files that were to be replaced. */
function halfWritten({ home }: Platform): string[] {
  const files = readdirSync(home, { recursive: true }).map(String);
  return files.filter((file) => /\.(tmp|new|draft|part)$/.test(file));
}
