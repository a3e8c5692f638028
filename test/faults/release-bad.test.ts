import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { clientsOf, registerCopy } from '../support/aws-clients.ts';
import { watch } from '../support/platform.ts';
import { type ReleasedFleet, type ReleaseEvent, releasedFleet, SERVICES } from '../support/release.ts';
import { until } from '../support/until.ts';
import { verify } from '../support/verify.ts';

/** What goes wrong with a release, and that nothing outside of its wave was touched. */
let fleet: ReleasedFleet;
/** What fails in a fleet that is as it should be but for what this one was not given: streams' owners, scaling. */
let usual: string[];
beforeAll(async () => {
  fleet = await releasedFleet('{ canary: [settings], waveSize: 2, bakeSeconds: 6 }');
  await watch(fleet.platform);
  usual = await failures();
});
afterAll(() => fleet?.remove());

/** `alarms.state/settings` */
async function failures(): Promise<string[]> {
  const { findings } = await verify(fleet.platform);
  return findings.flatMap(({ status, check, subject }) =>
    status === 'fail' ? [`${check}/${subject.name}`] : [],
  );
}

let before: Record<string, string>;
beforeEach(async () => {
  before = await fleet.runs();
});

let change = 0;
/** Another revision: of settings with this code, of the others with nothing wrong. */
async function ship(code: string): Promise<Awaited<ReturnType<ReleasedFleet['release']>>> {
  await make(code);
  return fleet.release('deploy');
}

async function make(code: string): Promise<void> {
  change += 1;
  for (const name of SERVICES)
    fleet.change(name, `console.log('revision ${change}');${name === 'settings' ? code : ''}`);
  await fleet.make();
}

const outcomes = ({ services = [] }: ReleaseEvent) =>
  Object.fromEntries(services.map(({ service, outcome }) => [service, outcome]));

/** The canary is back, the others were never touched, and nobody has to do anything. */
async function hurtNobody({ code, result }: Awaited<ReturnType<typeof ship>>): Promise<void> {
  expect(result).toMatchObject({ outcome: 'rolled-back', error: { code: 'RELEASE_FAILED', exitCode: 1 } });
  expect(code).toBe(1);
  expect(outcomes(result)).toMatchObject({
    settings: 'rolled-back',
    'state-manager': 'untouched',
    'time-manager': 'untouched',
  });
  expect(await fleet.runs()).toEqual(before);
  // A busy machine is late with answers now and then.
  await until(
    'nothing fails that did not before',
    async () => (await failures()).every((failure) => usual.includes(failure)),
    180_000,
  );
}

const gateThatFailed = (events: ReleaseEvent[]) => events.find(({ type }) => type === 'gate-failed')?.gate;

it.each([
  ['before it is healthy', 300, 'deployment'],
  ['soon after it is healthy', 4000, undefined],
  ['while it is watched', 7500, undefined],
])('a task that exits %s', async (_when, milliseconds, gate) => {
  const release = await ship(
    `setTimeout(() => { console.log('last words'); process.exit(3); }, ${milliseconds});`,
  );
  await hurtNobody(release);
  if (gate !== undefined) expect(gateThatFailed(release.events)).toBe(gate);
  expect(JSON.stringify(release.events)).toContain('last words');
});

it('one task that lives and one that does not, which ECS never gives up on', async () => {
  const mark = path.join(fleet.root, `mark-${change}`);
  const release = await ship(
    `import { openSync as open } from 'node:fs';
     try { open(${JSON.stringify(mark)}, 'wx'); } catch { setTimeout(() => process.exit(4), 2500); }`,
  );
  await hurtNobody(release);
});

it('a health command that always fails', async () => {
  const release = await ship(
    `import http from 'node:http';
     http.Server.prototype.listen = function () { this.emit('listening'); return this; };`,
  );
  await hurtNobody(release);
  expect(gateThatFailed(release.events)).toBe('deployment');
});

it('a probe that fails while ECS says healthy', async () => {
  const file = path.join(fleet.root, 'services/settings/service.yaml');
  const contract = readFileSync(file, 'utf8');
  writeFileSync(file, contract.replace(/expect: .*/, 'expect: { settings: [{ key: nobody-has-this }] }'));
  const release = await ship('');
  writeFileSync(file, contract);
  expect(gateThatFailed(release.events)).toBe('answers');
  expect(release.result.outcome).toBe('failed');
  expect(await fleet.runs()).toEqual(before);
});

it('an alarm that fires while it is watched', async () => {
  await make('');
  const { cloudwatch } = await clientsOf(fleet.platform);
  const begun = await fleet.begin(['deploy'], ({ type, gate }) => type === 'gate-waiting' && gate === 'bake');
  const fires = new SetAlarmStateCommand({
    AlarmName: 'gaming-system-settings-nats-high-cpu',
    StateValue: 'ALARM',
    StateReason: 'a test',
  });
  // CloudWatch itself judges again every few seconds.
  const firing = setInterval(() => void cloudwatch.send(fires).catch(() => undefined), 200);
  const { code, events, result } = await begun.ended();
  clearInterval(firing);
  await hurtNobody({ code, events, result: result as ReleaseEvent });
  expect(gateThatFailed(events)).toBe('bake');
});

it('somebody else who has the service run something else meanwhile: theirs stays', async () => {
  await make('');
  const { ecs } = await clientsOf(fleet.platform);
  const begun = await fleet.begin(['deploy'], ({ type, gate }) => type === 'gate-waiting' && gate === 'bake');
  const theirs = await registerCopy(ecs, before.settings);
  await ecs.send(
    new UpdateServiceCommand({
      cluster: 'gaming-system-cluster',
      service: 'settings-nats',
      taskDefinition: theirs,
    }),
  );
  const { code, result } = await begun.ended();
  expect(code).toBe(1);
  expect(result?.outcome).toBe('failed');
  expect(outcomes(result as ReleaseEvent)).toMatchObject({
    settings: 'failed',
    'state-manager': 'untouched',
  });
  expect(result?.error?.message).toContain('somebody else');
  expect((await fleet.runs()).settings).toBe(theirs);
  expect((await fleet.release('deploy')).result.outcome).toBe('succeeded');
});

it('somebody else who deletes the service meanwhile', async () => {
  await make('');
  const { ecs } = await clientsOf(fleet.platform);
  const begun = await fleet.begin(['deploy'], ({ type, gate }) => type === 'gate-waiting' && gate === 'bake');
  await ecs.send(
    new DeleteServiceCommand({ cluster: 'gaming-system-cluster', service: 'settings-nats', force: true }),
  );
  const { code, result } = await begun.ended();
  expect(code).toBe(1);
  expect(result?.error?.message).toContain('be no more');
  await until('the service is gone for good', async () => (await fleet.runs()).settings === undefined);
  expect((await fleet.release('deploy')).result.outcome).toBe('succeeded');
});

it('Ctrl-C once: the wave comes to its end, and the rest can go on', async () => {
  await make('');
  const begun = await fleet.begin(['deploy'], ({ type }) => type === 'updated');
  begun.kill('SIGINT');
  await until('it says so', () => begun.heard().includes('Ctrl-C again stops now'));
  const { code, result } = await begun.ended();
  expect(code).toBe(130);
  expect(result).toMatchObject({ outcome: 'interrupted', error: { next: 'gsys deploy --resume' } });
  expect(outcomes(result as ReleaseEvent)).toMatchObject({
    settings: 'deployed',
    'time-manager': 'untouched',
  });
  expect((await fleet.release('deploy', '--resume')).result.outcome).toBe('succeeded');
});

it('Ctrl-C twice: it stops at once, and says what goes on by itself', async () => {
  await make('');
  const begun = await fleet.begin(['deploy'], ({ type }) => type === 'updated');
  begun.kill('SIGINT');
  await until('it says so', () => begun.heard().includes('Ctrl-C again stops now'));
  begun.kill('SIGINT');
  const { code, result } = await begun.ended();
  expect(code).toBe(130);
  expect(result?.error?.message).toContain('ECS goes on by itself with settings');
  expect((await fleet.release('deploy', '--resume')).result.outcome).toBe('succeeded');
});

it('an endpoint that is away for a while in the middle of a wave', async () => {
  await make('');
  const { supervisor } = await fleet.platform.status();
  const begun = await fleet.begin(['deploy'], ({ type, gate }) => type === 'gate-waiting' && gate === 'bake');
  process.kill(supervisor.pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  process.kill(supervisor.pid, 'SIGCONT');
  const { code, result } = await begun.ended();
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(code).toBe(0);
});

it('a holder that slept until its lock was gone changes nothing more', async () => {
  await make('');
  const begun = await fleet.begin(['deploy'], ({ type, gate }) => type === 'gate-waiting' && gate === 'bake');
  begun.kill('SIGSTOP');
  await until(
    'another one gets in',
    async () => (await fleet.platform.gsys('restart', 'time-manager', '--yes')).code === 0,
    200_000,
  );
  const taken = await fleet.runs();
  begun.kill('SIGCONT');
  const { code, result } = await begun.ended();
  expect(code).toBe(1);
  expect(result?.error).toMatchObject({ code: 'LOCKED' });
  expect(await fleet.runs()).toEqual(taken);
});
