import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAlive } from '../../src/local/journal.ts';
import { REPOSITORY } from '../support/definition.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { platform, processesOf } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** A fleet of its own in a temporary folder, to be broken, on a platform of its own. */
const definition = fleetFolder();
const { root } = definition;
const at = platform(root);
const settings = path.join(root, 'services/settings/main.ts');
const source = readFileSync(path.join(REPOSITORY, 'services/settings/main.ts'), 'utf8');

const run = at.gsys;

/** Runs a streaming command and returns its events. */
async function events(...args: string[]) {
  const { code, stdout } = await run(...args, '--json');
  return { code, events: stdout.split('\n').map((line) => JSON.parse(line)) };
}

async function ship(main: string) {
  writeFileSync(settings, main);
  expect((await run('build', 'settings')).code).toBe(0);
  expect((await run('push', 'settings')).code).toBe(0);
}

beforeAll(async () => {
  const { code, stderr } = await run('local', 'up');
  expect(code, stderr).toBe(0);
});

afterAll(async () => {
  await at.remove();
  definition.remove();
});

it('wants images that were built, and then pushed', async () => {
  const unbuilt = await run('deploy', '--yes', '--json');
  expect(unbuilt.code).toBe(1);
  expect(JSON.parse(unbuilt.stdout).error).toMatchObject({
    code: 'IMAGE_MISSING',
    next: 'gsys build gateway settings',
  });
  expect((await run('build')).code).toBe(0);
  const unpushed = await run('deploy', '--yes', '--json');
  expect(JSON.parse(unpushed.stdout).error).toMatchObject({
    code: 'IMAGE_MISSING',
    next: 'gsys push gateway settings',
  });
});

it('neither builds nor pushes again what did not change', async () => {
  expect((await run('push')).code).toBe(0);
  const built = await events('build');
  const pushed = await events('push');
  expect(built.events.at(-1)).toMatchObject({ type: 'result', built: 0, unchanged: 2 });
  expect(pushed.events.at(-1)).toMatchObject({ type: 'result', pushed: 0, unchanged: 2 });
});

it('does nothing without consent', async () => {
  const refused = await events('deploy');
  expect(refused.code).toBe(2);
  expect(refused.events.at(-1)).toMatchObject({ outcome: 'refused', error: { code: 'NOT_CONFIRMED' } });
  expect((await run('deploy', '--dry-run')).code).toBe(0);
  expect(JSON.parse((await run('status', '--json')).stdout).services[0].status).toBe('MISSING');
});

it('brings services up and proves it, and then has nothing to do', async () => {
  const first = await events('deploy', '--yes');
  expect(first.code).toBe(0);
  const types = [...new Set(first.events.map(({ type }) => type))];
  expect(types).toEqual([
    'planned',
    'locked',
    'wave-started',
    'registered',
    'updated',
    'gate-waiting',
    'progress',
    'gate-passed',
    'wave-done',
    'unlocked',
    'result',
  ]);
  expect(first.events.at(-1)).toMatchObject({
    outcome: 'succeeded',
    services: [
      { service: 'gateway', outcome: 'deployed', desired: 2, imageDigest: expect.stringMatching(/^sha256:/) },
      { service: 'settings', outcome: 'deployed', desired: 2 },
    ],
  });
  const again = await events('deploy', '--yes');
  expect(again.events.map(({ type }) => type)).toEqual(['planned', 'result']);
  expect(again.events.at(-1).outcome).toBe('nothing-to-do');
});

it('fails with stop reason and last words when ECS rolls a release back', async () => {
  await ship(`${source}\nsetTimeout(() => { console.log('my last words'); process.exit(3); }, 200);\n`);
  const broken = await events('deploy', 'settings', '--yes');
  expect(broken.code).toBe(1);
  const result = broken.events.at(-1);
  expect(result).toMatchObject({ outcome: 'rolled-back', error: { code: 'RELEASE_FAILED', exitCode: 1 } });
  const [stopped] = result.services[0].stopped;
  expect(stopped).toMatchObject({ stopCode: 'EssentialContainerExited', exitCode: 3, kind: 'application' });
  expect(stopped.logs.join('\n')).toContain('my last words');
  const status = JSON.parse((await run('status', '--json')).stdout);
  expect(status.services[1]).toMatchObject({
    service: 'settings',
    taskDefinition: 'settings-nats:1',
    running: 2,
  });
});

it('leaves no doubt when it is interrupted, lets nobody in meanwhile, and goes on afterwards', async () => {
  await ship(`await new Promise((resolve) => setTimeout(resolve, 3000));\n${source}`);
  const first = at.start('deploy', 'settings', '--yes', '--json');
  let said = '';
  first.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  await until('the rollout is under way', () => said.includes('"type":"updated"'));
  const second = await events('deploy', 'settings', '--yes');
  expect(second.code).toBe(1);
  expect(second.events.at(-1)).toMatchObject({ outcome: 'refused', error: { code: 'LOCKED' } });
  let heard = '';
  first.stderr?.on('data', (chunk) => {
    heard += chunk;
  });
  first.kill('SIGINT');
  await until('it says that it finishes its wave', () => heard.includes('Ctrl-C again stops now'));
  first.kill('SIGINT');
  const { exitCode, stdout } = await first;
  expect(exitCode).toBe(130);
  const last = String(stdout)
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(last.at(-2)).toMatchObject({ type: 'unlocked' });
  expect(last.at(-1)).toMatchObject({
    type: 'result',
    outcome: 'interrupted',
    error: { code: 'INTERRUPTED' },
  });

  const resumed = await events('deploy', 'settings', '--yes');
  expect(resumed.code).toBe(0);
  expect(resumed.events[0].services[0].action).toBe('prove');
  expect(resumed.events.at(-1)).toMatchObject({ outcome: 'succeeded', services: [{ outcome: 'deployed' }] });
});

it('wants to hear the name of a protected fleet', async () => {
  const definition = path.join(root, 'gsys.yaml');
  writeFileSync(
    definition,
    readFileSync(definition, 'utf8').replace('platform: embedded', 'platform: embedded\n    protected: true'),
  );
  appendFileSync(settings, '\n// another change\n');
  await ship(`${readFileSync(settings, 'utf8')}\nexport {};\nconsole.log('protected');\n`);
  expect((await events('deploy', 'settings', '--yes')).events.at(-1).error).toMatchObject({
    code: 'NOT_CONFIRMED',
    next: 'say which fleet you mean: --confirm gaming-system',
  });
  expect((await run('deploy', 'settings', '--yes', '--confirm', 'gaming-system')).code).toBe(0);
});

it('is kept by down, which ends exactly what up started, and runs again after the next up', async () => {
  const { supervisor, nats, redis, tasks } = await at.status();
  const started = processesOf([supervisor, ...nats, ...redis, ...tasks].map(({ pid }) => pid));
  expect((await run('local', 'down')).code).toBe(0);
  expect(started.filter(isAlive)).toEqual([]);
  expect((await run('local', 'down')).stdout).toContain('nothing ran');
  expect((await run('local', 'up')).code).toBe(0);
  await until('every service to run', async () => {
    const { services } = await at.json<{ services: { running: number; desired: number }[] }>('status');
    return services.every(({ running, desired }) => desired === 2 && running === 2);
  });
  expect((await run('deploy', '--dry-run', '--json')).stdout).toContain('nothing-to-do');
});
