import { afterAll, beforeAll, expect, it } from 'vitest';
import { safeJson } from '../../src/ui/safe-json.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { platform } from '../support/platform.ts';

/** A small fleet, on a platform of its own, that a person asks from outside while a task answers. */
const definition = fleetFolder();
const at = platform(definition.root);
// Whoever types, as the task could not know by itself.
at.env.GSYS_WHO = 'ann@laptop';

interface Found {
  verdict: string;
  findings: { id: string; status: string }[];
}

beforeAll(async () => {
  await at.must('local', 'up');
  await at.must('streams', 'apply', '--yes');
  await at.must('build');
  await at.must('push');
});

afterAll(async () => {
  await at.remove();
  definition.remove();
});

it('deploys what was built and planned here, in the name of whoever typed', async () => {
  await at.must('plan', '--out', 'plan.json');
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
  // Nobody has been told to watch this fleet, and nodes' configurations name files of this machine.
  const words = ['verify', '--skip', 'alarms.*', '--skip', 'nats.config', '--json'];
  const [inside, here] = [await at.gsys(...words, '--in-vpc'), await at.gsys(...words)];
  expect({ code: inside.code, stderr: inside.stderr }).toMatchObject({ code: 0 });
  const [found, expected] = [inside, here].map(({ stdout }) => JSON.parse(stdout) as Found);
  expect(inside.stdout).toBe(safeJson(found, 2));
  // More than one line of a log may hold.
  expect(inside.stdout.length).toBeGreaterThan(2 * 16 * 1024);
  const statuses = ({ findings }: Found) => findings.map(({ id, status }) => `${status} ${id}`);
  expect(statuses(found as Found)).toEqual(statuses(expected as Found));
});

it('probes from where services are', async () => {
  const { code, stdout, stderr } = await at.gsys('probe', 'service', 'settings', '--in-vpc', '--json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'gsys/probe/v1', verdict: 'ok', target: 'settings' });
});

it('draws what the command draws, and starts no image that is there already', async () => {
  const inside = await at.gsys('status', '--in-vpc');
  expect(inside.stderr).not.toContain('building');
  // The last column is an age.
  const drawn = (text: string) => text.replaceAll(/ +\d+[smh]/g, '');
  expect(drawn(inside.stdout)).toBe(drawn((await at.gsys('status')).stdout));
});
