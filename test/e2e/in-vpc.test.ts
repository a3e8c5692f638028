import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { safeJson } from '../../src/ui/safe-json.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { platform } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** A small fleet, on a platform of its own, that a person asks from outside while a task answers. */
const definition = fleetFolder();
const at = platform(definition.root);
// Whoever types, as the task could not know by itself.
at.env.GSYS_WHO = 'ann@laptop';

const must = async (...args: string[]) => {
  const { code, stderr } = await at.gsys(...args);
  expect({ args, code, stderr }).toMatchObject({ code: 0 });
};
interface Found {
  verdict: string;
  findings: { id: string; status: string }[];
}

beforeAll(async () => {
  await must('local', 'up');
  await must('streams', 'apply', '--yes');
  await must('build');
  await must('push');
});

afterAll(async () => {
  await at.remove();
  definition.remove();
});

it('deploys what was built and planned here, in the name of whoever typed', async () => {
  await must('plan', '--out', 'plan.json');
  const { code, stdout, stderr } = await at.gsys(
    ...['deploy', '--plan', 'plan.json', '--in-vpc', '--yes', '--json'],
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const events = stdout.split('\n').map((line) => JSON.parse(line));
  expect(events[0]).toMatchObject({ schema: 'gsys/deploy/v1', type: 'planned' });
  expect(events.at(-1)).toMatchObject({ type: 'result', outcome: 'succeeded' });
  expect(stderr).toContain('building and pushing gsys’s own image');
  const { releases } = await at.json<{ releases: { who: string }[] }>('releases');
  expect(releases.map(({ who }) => who)).toEqual(['ann@laptop']);
});

it('tells byte for byte what the command writes, and finds what it finds here', async () => {
  // Nobody has been told to watch this fleet.
  const words = ['verify', '--skip', 'alarms.*', '--json'];
  const [inside, here] = [await at.gsys(...words, '--in-vpc'), await at.gsys(...words)];
  expect({ code: inside.code, stderr: inside.stderr }).toMatchObject({ code: 0 });
  const [found, expected] = [inside, here].map(({ stdout }) => JSON.parse(stdout) as Found);
  expect(inside.stdout).toBe(safeJson(found, 2));
  // More than one line of a log may hold.
  expect(inside.stdout.length).toBeGreaterThan(2 * 16 * 1024);
  const statuses = ({ findings }: Found) => findings.map(({ id, status }) => `${status} ${id}`);
  expect(statuses(found as Found)).toEqual(statuses(expected as Found));
});

it('draws what the command draws, and starts no image that is there already', async () => {
  const inside = await at.gsys('status', '--in-vpc');
  expect(inside.stderr).not.toContain('building');
  // The last column is an age.
  const drawn = (text: string) => text.replaceAll(/ +\d+[smh]/g, '');
  expect(drawn(inside.stdout)).toBe(drawn((await at.gsys('status')).stdout));
});

it('stops the task on Ctrl-C, which ends as the command ends on Ctrl-C, and says what came', async () => {
  const file = path.join(definition.root, 'services/settings/main.ts');
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, `await new Promise((resolve) => setTimeout(resolve, 1500));\n${source}`);
  await must('build', 'settings');
  await must('push', 'settings');
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
