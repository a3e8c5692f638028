import { afterAll, beforeAll, expect, it } from 'vitest';
import { gsys } from '../support/cli.ts';
import { type ReleasedFleet, type ReleaseEvent, releasedFleet, SERVICES } from '../support/release.ts';

let fleet: ReleasedFleet;
let clone: string;
beforeAll(async () => {
  fleet = await releasedFleet();
  clone = fleet.clone();
});
afterAll(() => fleet?.remove());

let change = 0;
/** Another revision of every service. */
async function another(code = ''): Promise<void> {
  change += 1;
  for (const name of SERVICES) fleet.change(name, `console.log('revision ${change}');${code}`);
  await fleet.make();
}

/** Somebody else goes on with it, in a folder of their own. */
async function resume(): Promise<{ code: number | undefined; result: ReleaseEvent; events: ReleaseEvent[] }> {
  const options = { cwd: clone, env: fleet.platform.env };
  const { code, stdout } = await gsys(['deploy', '--resume', '--yes', '--json'], options);
  const events = stdout.split('\n').map((line) => JSON.parse(line) as ReleaseEvent);
  return { code, events, result: events.at(-1) as ReleaseEvent };
}

const revision = (name: string) => Number(name.split(':')[1]);

it.each<[string, (event: ReleaseEvent) => boolean]>([
  ['holds the lock', ({ type }) => type === 'locked'],
  ['has begun its first wave', ({ type }) => type === 'wave-started'],
  ['has registered a task definition', ({ type }) => type === 'registered'],
  ['has told ECS', ({ type }) => type === 'updated'],
  ['sees that its deployment succeeded', ({ type, gate }) => type === 'gate-passed' && gate === 'deployment'],
  ['watches its canary', ({ type, gate }) => type === 'gate-waiting' && gate === 'bake'],
  ['has done its first wave', ({ type }) => type === 'wave-done'],
  [
    'has told ECS of its second wave',
    ({ type, service }) => type === 'updated' && service === 'state-manager',
  ],
])('goes on from another clone when it was killed as it %s', async (_when, moment) => {
  await another();
  const before = await fleet.runs();
  const killed = await fleet.begin(['deploy'], moment);
  killed.kill('SIGKILL');
  expect((await killed.ended()).result).toBeUndefined();

  const { code, result } = await resume();
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(code).toBe(0);
  const after = await fleet.runs();
  for (const name of SERVICES) expect(revision(after[name] ?? '')).toBe(revision(before[name] ?? '') + 1);
  expect((await fleet.release('deploy')).result.outcome).toBe('nothing-to-do');
});

it('goes on going back when it was killed as it took its canary back', async () => {
  await another(`setTimeout(() => process.exit(3), 1500);`);
  const before = await fleet.runs();
  const killed = await fleet.begin(['deploy'], ({ type }) => type === 'gate-failed');
  killed.kill('SIGKILL');
  await killed.ended();
  const { code, result } = await resume();
  expect(result.outcome).toBe('rolled-back');
  expect(code).toBe(1);
  expect(await fleet.runs()).toEqual(before);
});

it('says that there is nothing to go on with, when all has ended', async () => {
  const { code, stdout } = await gsys(['deploy', '--resume', '--yes', '--json'], {
    cwd: clone,
    env: fleet.platform.env,
  });
  expect(code).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'NO_SUCH_RELEASE', next: 'gsys releases' });
});
