import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { until } from '../support/until.ts';

/** A command in the VPC that is stopped, left alone, or has bad news. */
const test = fleetUnderTest();
const { platform: at, definition } = test;
beforeAll(() => test.start());
afterAll(() => test.remove());

it('stops the task on Ctrl-C, which ends as the command ends on Ctrl-C, and says what came', async () => {
  const file = path.join(definition.root, 'services/settings/main.ts');
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, `await new Promise((resolve) => setTimeout(resolve, 1500));\n${source}`);
  await at.must('build', 'settings');
  await at.must('push', 'settings');
  const child = at.start('deploy', 'settings', '--in-vpc', '--yes', '--json');
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  await until('the rollout is under way', () => said.includes('"type":"updated"'));
  child.kill('SIGINT');
  const { exitCode, stderr } = await child;
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 130 });
  expect(stderr).toMatch(/stopping the task in the VPC.*\n.*stopping when this wave is done and proved/);
  expect(said.trimEnd().split('\n').at(-1)).toContain('"type":"result"');
  const { releases } = await at.json<{ releases: { outcome: string }[] }>('releases');
  expect(releases[0]?.outcome).toBe('succeeded');
});

it('leaves a task that nobody waits for to end by itself, and says which', async () => {
  const child = at.start('verify', '--in-vpc', '--timeout', '120');
  let heard = '';
  child.stderr?.on('data', (chunk) => {
    heard += chunk;
  });
  await until('the task is under way', () => /task \w+ is/.test(heard));
  child.kill('SIGINT');
  child.kill('SIGTERM');
  const { exitCode } = await child;
  expect({ exitCode, heard }).toMatchObject({ exitCode: 130 });
  expect(heard).toMatch(
    /error interrupted \(SIG\w+\); task \w+ in the VPC has been told to stop\nnext .*task/,
  );
});

it('passes bad news on, with its exit code', async () => {
  const { nats } = await at.status();
  process.kill(nats.find(({ name }) => name === 'nats-3')?.pid as number, 'SIGKILL');
  const { code, stdout } = await at.gsys('verify', '--in-vpc', '--only', 'nats.reach');
  expect(code).toBe(1);
  expect(stdout).toContain('fail     nats.reach: nats-3');
  // And wrong usage, which only the command itself can know.
  const usage = await at.gsys('verify', '--in-vpc', '--only', 'nothing-like-this', '--json');
  expect(usage.code).toBe(2);
  expect(JSON.parse(usage.stdout).error).toMatchObject({ code: 'USAGE', exitCode: 2 });
});
