import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watch } from '../support/platform.ts';
import { type ReleasedFleet, releasedFleet } from '../support/release.ts';
import { verify } from '../support/verify.ts';

/** The life of a fleet: shipped, scaled, switched off and on, broken, gone back, and all of it on record. */
let fleet: ReleasedFleet;
const heard = () => path.join(fleet.platform.home, 'alarms.jsonl');
beforeAll(async () => {
  fleet = await releasedFleet('{ canary: [settings], waveSize: 2, bakeSeconds: 1 }');
  // On a slow machine the tests below have fewer tasks than there should be for longer than an alarm allows.
  const definition = path.join(fleet.root, 'gsys.yaml');
  const text = readFileSync(definition, 'utf8');
  writeFileSync(
    definition,
    text.replace('period: 60, evaluationPeriods: 3', 'period: 60, evaluationPeriods: 60'),
  );
  await watch(fleet.platform);
});
afterAll(() => fleet?.remove());

const running = async (service: string) => {
  const { findings } = await verify(fleet.platform, '--only', 'ecs.running');
  return findings.find(({ subject }) => subject.name === service);
};

it('scales within the definition’s bounds, and outside of them with a reason that verify tells', async () => {
  await fleet.ship('scale', 'time-manager=3');
  expect(await running('time-manager')).toMatchObject({ status: 'pass', message: '3 of 3 tasks run' });
  const refused = await fleet.platform.gsys('scale', 'time-manager=1', '--yes');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason') });
  await fleet.ship('scale', 'time-manager=1', '--reason', 'a quiet night');
  expect(await running('time-manager')).toMatchObject({
    status: 'warn',
    message: expect.stringMatching(/scaled to 1 by .*a quiet night/),
  });
  await fleet.ship('scale', 'time-manager=2');
  expect(await running('time-manager')).toMatchObject({ status: 'pass' });
});

it('switches a service off, which verify tells instead of failing, and on again', async () => {
  expect((await fleet.release('service', 'disable', 'time-manager', '--reason', 'it leaks')).code).toBe(0);
  const { findings } = await verify(fleet.platform);
  const bad = findings.filter(({ subject, status }) => subject.name === 'time-manager' && status === 'fail');
  expect(bad.filter(({ check }) => !check.startsWith('alarms.'))).toEqual([]);
  expect(await running('time-manager')).toMatchObject({
    status: 'skip',
    message: expect.stringContaining('it leaks'),
  });
  await fleet.ship('service', 'enable', 'time-manager');
  expect(await running('time-manager')).toMatchObject({ status: 'pass' });
});

it('ships canary first, takes a bad canary back, and leaves the rest alone', async () => {
  const before = await fleet.runs();
  for (const name of ['state-manager', 'time-manager']) fleet.change(name, 'console.log("new");');
  fleet.change('settings', `setTimeout(() => { console.log('last words'); process.exit(3); }, 200);`);
  await fleet.make();
  const { code, events, result } = await fleet.release('deploy', '-m', 'new quests');
  expect(code).toBe(1);
  expect(result).toMatchObject({ outcome: 'rolled-back', error: { code: 'RELEASE_FAILED' } });
  expect(events.filter(({ type }) => type === 'wave-started')).toHaveLength(1);
  expect(events.find(({ type }) => type === 'rolled-back')).toMatchObject({
    service: 'settings',
    proven: true,
  });
  expect(await fleet.runs()).toEqual(before);
});

it('ships in waves, and goes back to what ran before, in one command', async () => {
  const before = await fleet.runs();
  fleet.change('settings', 'console.log("mended");');
  await fleet.make();
  const { events, result } = await fleet.ship('deploy', '-m', 'mended');
  expect(events.flatMap(({ type, services }) => (type === 'wave-started' ? [services] : []))).toEqual([
    ['settings'],
    ['state-manager', 'time-manager'],
  ]);
  await fleet.ship('rollback');
  expect(await fleet.runs()).toEqual(before);
  await fleet.ship('rollback', result.release ?? '');
  expect((await fleet.runs()).settings).not.toBe(before.settings);
});

it('has all of it on record, step by step, and has told those who hear of alarms', async () => {
  type Line = { release: string; outcome: string; who: string; message?: string; services: string[] };
  const { releases } = await fleet.platform.json<{ releases: Line[] }>('releases');
  const failed = releases.find(({ message }) => message === 'new quests');
  expect(failed).toMatchObject({ outcome: 'rolled-back', who: expect.stringContaining('@') });
  expect(releases[0]).toMatchObject({ outcome: 'succeeded' });
  const { stdout } = await fleet.platform.gsys('releases', 'show', failed?.release ?? '');
  expect(stdout).toContain('new quests');
  expect(stdout).toMatch(/settings {2}is to run settings-nats:\d/);
  expect(stdout).toMatch(/settings {2}back on settings-nats:\d/);
  const news = readFileSync(heard(), 'utf8');
  expect(news).toContain('release started');
  expect(news).toContain('release rolled-back');
});

it('says that nobody holds the lock, when nobody does', async () => {
  expect(await fleet.platform.gsys('unlock', '--yes')).toMatchObject({
    code: 0,
    stdout: 'nobody holds the lock',
  });
});
