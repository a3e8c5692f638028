import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { gsys } from '../support/cli.ts';
import { type Platform, platform, runs } from '../support/platform.ts';
import { leftovers } from '../support/traces.ts';
import { until } from '../support/until.ts';

let open: Platform[] = [];
const make = () => {
  const made = platform();
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const each of open) await each.remove();
  open = [];
});

describe('bringing the platform up', () => {
  it.each(['NATS', 'REDIS'])('%s server missing: said, with what to install', async (which) => {
    const { env } = make();
    const { code, stdout } = await gsys(['local', 'up', '--json'], {
      env: { ...env, [`GSYS_${which}_SERVER`]: '/nowhere/server' },
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'MISSING_PROGRAM', next: expect.any(String) });
  });

  it('port taken: said, with port and holder, and nothing is left running', async () => {
    const one = make();
    const port = 20_000 + one.slot * 100 + 31;
    const server = createServer().listen(port, '127.0.0.1');
    const { code, stdout } = await one.gsys('local', 'up', '--json');
    server.close();
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(String(port)),
    });
    expect(leftovers(one)).toEqual([]);
  });

  it('two at the same moment: one platform, both succeed', async () => {
    const one = make();
    const both = await Promise.all([one.gsys('local', 'up'), one.gsys('local', 'up')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect((await one.status()).nats.every(({ pid }) => runs(pid))).toBe(true);
  });

  it('two platforms side by side: neither sees the other', async () => {
    const [one, two] = [make(), make()];
    expect(
      (await Promise.all([one, two].map((each) => each.gsys('local', 'up')))).map(({ code }) => code),
    ).toEqual([0, 0]);
    await one.gsys('local', 'down', '--wipe');
    expect((await two.status()).redis.every(({ pid }) => runs(pid))).toBe(true);
  });

  it.each([50, 400, 1200, 2500, 4000])(
    'Ctrl-C after %i ms: nothing is left running, and the next up works',
    async (delay) => {
      const one = make();
      const child = one.start('local', 'up');
      await sleep(delay);
      child.kill('SIGINT');
      const { exitCode } = await child;
      // Undefined: the signal itself ended it, before Node ran its first line.
      expect([0, 130, undefined]).toContain(exitCode);
      if (exitCode !== 0) await until('everything has ended', () => leftovers(one).length === 0);
      expect((await one.gsys('local', 'up')).code).toBe(0);
    },
  );
});

describe('state that is damaged', () => {
  it.each(['platform.json', 'supervisor.json', 'processes.journal'])(
    'half-written %s: up repairs it',
    async (file) => {
      const one = make();
      await one.gsys('local', 'up');
      const { supervisor } = await one.status();
      process.kill(supervisor.pid, 'SIGKILL');
      await until('the supervisor is gone', () => !runs(supervisor.pid));
      const target = path.join(one.home, 'local', file);
      const text = readFileSync(target, 'utf8');
      // The journal is only ever appended to: a crash cuts the line that it was writing.
      const journal = file.endsWith('.journal');
      writeFileSync(target, journal ? `${text}+ 12` : text.slice(0, Math.floor(text.length / 2)));
      expect((await one.gsys('verify')).code).not.toBe(0);
      const { code, stderr } = await one.gsys('local', 'up');
      expect({ code, stderr }).toMatchObject({ code: 0 });
    },
  );

  it('a half-written collection of the endpoint: refused by name, nothing is thrown away', async () => {
    const one = make();
    const folder = path.join(one.home, 'local', 'aws');
    for (const each of [path.dirname(folder), folder]) mkdirSync(each, { mode: 0o700 });
    writeFileSync(path.join(folder, 'ecs-services.json'), '{"a":');
    const { code, stdout } = await one.gsys('local', 'up', '--json');
    expect(code).not.toBe(0);
    expect(JSON.parse(stdout).error.message).toContain('ecs-services.json');
    expect(readdirSync(folder)).toContain('ecs-services.json');
  });

  it('a state folder that others can read: refused', async () => {
    const one = make();
    mkdirSync(path.join(one.home, 'local'), { mode: 0o755 });
    const { code } = await one.gsys('local', 'up');
    expect(code).not.toBe(0);
  });
});
