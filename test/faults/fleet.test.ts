import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DefinitionFolder } from '../support/definition.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { type Platform, platform } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** A fleet with one service more, to be broken in every way. */
let definition: DefinitionFolder;
let fleet: Platform;
beforeAll(async () => {
  definition = fleetFolder();
  mkdirSync(path.join(definition.root, 'services', 'broken'));
  fleet = platform(definition.root);
  expect(await fleet.gsys('local', 'up')).toMatchObject({ code: 0 });
  await release('settings', 'gateway');
});
afterAll(async () => {
  await fleet.remove();
  definition.remove();
});

const release = async (...services: string[]) => {
  // A service that is new gets its certificate and its permissions.
  expect(await fleet.gsys('local', 'up')).toMatchObject({ code: 0 });
  for (const step of [['build'], ['push']])
    expect(await fleet.gsys(...step, ...services)).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await fleet.gsys('deploy', '--yes', '--json', ...services);
  return { code, text: stdout + stderr, last: JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') };
};
const breakIt = (main: string) => {
  definition.write('services/broken/service.yaml', {
    purpose: 'is broken in every way',
    resources: { health: { interval: 5, timeout: 2, retries: 1, startPeriod: 0 } },
  });
  definition.write('services/broken/main.ts', `import 'node:process';\n${main}\n`);
};

describe('a service that cannot run', () => {
  it.each([
    [
      'exits at once',
      "console.error('no way to start'); process.exit(3);",
      /exit(ed with)?( code)? 3|no way to start/,
    ],
    ['never gets healthy', 'setInterval(() => {}, 1000);', /health/i],
    [
      'exceeds its memory',
      'const all: Buffer[] = []; setInterval(() => all.push(Buffer.alloc(64 << 20, 1)), 50);',
      /OutOfMemory|137/,
    ],
  ])('%s: the deploy fails with the reason, and what ran still runs', async (_, main, reason) => {
    breakIt(main);
    const { code, text, last } = await release('broken');
    expect(code).toBe(1);
    expect(text).toMatch(reason);
    expect(last.outcome ?? last.error?.code).not.toBe('succeeded');
    const seen = await fleet.gsys('verify', '--json');
    expect(JSON.parse(seen.stdout).verdict).not.toBe('healthy');
    const others = await fleet.json<{ services: { service: string; running: number }[] }>('status');
    expect(
      others.services.filter(({ service }) => service !== 'broken').map(({ running }) => running),
    ).toEqual([2, 2]);
  });
});

describe('NATS down as a whole', () => {
  it('for three minutes: no task is replaced, and all are ready within 10 s of its return', async () => {
    const before = await fleet.status();
    const own = before.tasks.filter(({ service }) => service !== 'broken');
    const pids = before.nats.map(({ pid }) => pid ?? 0);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await until('a task notices', async () => !(await ready(own[0]?.healthUrl)));
      expect((await fleet.gsys('verify', '--only', 'nats*')).code).not.toBe(0);
      await sleep(180_000);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    const returned = Date.now();
    await until('every task is ready', async () =>
      (await Promise.all(own.map(({ healthUrl }) => ready(healthUrl)))).every(Boolean),
    );
    expect(Date.now() - returned).toBeLessThan(10_000);
    const after = await fleet.status();
    const arns = after.tasks.map(({ taskArn }) => taskArn);
    expect(own.filter(({ taskArn }) => !arns.includes(taskArn))).toEqual([]);
  });
});

describe('stopping in the middle', () => {
  it('Ctrl-C during a deploy: 130, its state is said, and deploying again goes on', async () => {
    breakIt('setInterval(() => {}, 1000);');
    await fleet.gsys('local', 'up');
    for (const step of ['build', 'push']) await fleet.gsys(step, 'broken');
    const child = fleet.start('deploy', 'broken', '--yes', '--json');
    await until(
      'it follows',
      () => new Promise<boolean>((resolve) => child.stdout.once('data', () => resolve(true))),
    );
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('interrupted');
  });

  it('down while tasks start: nothing is left running', async () => {
    const { tasks } = await fleet.status();
    for (const { pid } of tasks) if (pid !== undefined) process.kill(pid, 'SIGKILL');
    expect((await fleet.gsys('local', 'down')).code).toBe(0);
    expect((await fleet.gsys('local', 'status')).code).toBe(1);
    expect((await fleet.gsys('local', 'up')).code).toBe(0);
  });
});

async function ready(healthUrl: string | undefined): Promise<boolean> {
  if (healthUrl === undefined) return false;
  const response = await fetch(healthUrl.replace(/\/health$/, '/ready'), {
    signal: AbortSignal.timeout(2000),
  }).catch(() => undefined);
  return response?.status === 200;
}
