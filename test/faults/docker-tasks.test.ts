import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { machineBase } from '../../src/lib/release/build/base/machine-base.ts';
import { isMarked, removeFromDocker } from '../../src/local/runtime/docker/docker-mark.ts';
import { createDockerRuntime } from '../../src/local/runtime/docker/docker-runtime.ts';
import { GOOD_MAIN, HEALTH, HEALTH_CHECK, type Platform, startPlatform } from '../local/ecs/platform.ts';
import { until } from '../local/ecs/until.ts';
import type { imageFolder } from '../local/runtime/make-image.ts';
import { tempFolder } from '../local/runtime/temp-folder.ts';
import { startDockerd } from '../support/dockerd.ts';
import { leaseSlot } from '../support/slot.ts';

const dockerd = await startDockerd();
const why = typeof dockerd === 'string' ? ` (skipped: ${dockerd})` : '';
const engine = typeof dockerd === 'string' ? undefined : dockerd;
afterAll(() => engine?.stop());

const SLOT = leaseSlot();
const LOGS = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': '/test', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'prefix' },
};
/** As images of gsys build do. */
const standOnNode = async ({ standOn }: ReturnType<typeof imageFolder>) => {
  const { layers } = await machineBase(baseFolder);
  standOn(layers.map(({ file = '', ...layer }) => ({ ...layer, file })));
};
const baseFolder = mkdtempSync(path.join(tmpdir(), 'gsys-base-'));
afterAll(() => rmSync(baseFolder, { recursive: true, force: true }));

const HOARD = 'const hoard = []; setInterval(() => hoard.push(Buffer.alloc(8e6, 1)), 5);';

describe.skipIf(engine === undefined)(`a task in Docker${why}`, () => {
  const start = async () => {
    const stateDir = tempFolder();
    const host = engine?.host ?? '';
    const platform = await startPlatform(SLOT, stateDir, standOnNode, (parts) =>
      createDockerRuntime({ ...parts, host, slot: SLOT, stateDir }),
    );
    return { ...platform, stateDir };
  };
  const runMain = async (main: string, container = {}, task = {}) => {
    const platform = await start();
    const image = await platform.images.add('registry/one:1', { 'main.js': main, 'health.js': HEALTH });
    const arn = await platform.runTask(await platform.register('one', { image, ...container }, task));
    return { platform, arn };
  };
  const ended = (platform: Pick<Platform, 'task'>, arn: string) =>
    until(
      () => platform.task(arn),
      (task) => task.lastStatus === 'STOPPED',
      60,
    );
  const inspect = async (id: string) => JSON.parse((await engine?.docker('inspect', id)) ?? '[]')[0];

  it("runs on the task's own address, is healthy, logs line by line, and ends on SIGTERM", async () => {
    const { platform, arn } = await runMain(GOOD_MAIN, { logConfiguration: LOGS, healthCheck: HEALTH_CHECK });
    const { address, pid, containerId } = await until(
      () => platform.ecs.tasks()[0],
      (task) => task?.healthStatus === 'HEALTHY',
    ).then((task) => task ?? expect.fail());
    const { State, Config } = await inspect(containerId);
    expect({ pid: State.Pid, task: Config.Labels['gsys.task'] }).toEqual({
      pid,
      task: arn.split('/').at(-1),
    });
    expect(Config.Env).toContain(`HOST=${address}`);

    await platform.aws.stopTask({ cluster: 'test', task: arn, reason: 'seen enough' });
    expect(await ended(platform, arn)).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'seen enough',
      containers: [{ exitCode: 0, lastStatus: 'STOPPED' }],
    });
    expect(platform.lines.map(({ message }) => message)).toEqual(['started ', 'listening', 'bye']);
    expect(await engine?.containers()).toEqual([]);
    expect(platform.errors).toEqual([]);
  });

  it('sees its definition, its secrets and the platform', async () => {
    const platform = await start();
    platform.secrets.set('arn:secret', 's3cret');
    const image = await platform.images.add(
      'registry/env:1',
      {
        'main.js':
          'console.log(JSON.stringify({ ...process.env, cwd: process.cwd(), uid: process.getuid() }))',
      },
      { Env: ['FROM_IMAGE=yes', 'HOST=0.0.0.0'] },
    );
    const definition = await platform.register('env', {
      image,
      logConfiguration: LOGS,
      user: '65534',
      environment: [{ name: 'DECLARED', value: 'yes' }],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:secret' }],
    });
    const task = await ended(platform, await platform.runTask(definition));
    expect(JSON.parse(platform.lines[0]?.message ?? '{}')).toMatchObject({
      FROM_IMAGE: 'yes',
      DECLARED: 'yes',
      TOKEN: 's3cret',
      HOST: task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address,
      ECS_CONTAINER_METADATA_URI_V4: expect.stringContaining('/v4/'),
      cwd: '/app',
      uid: 65534,
    });
  });

  it.each([
    ['exits by itself', "console.log('last words'); process.exit(3);", {}, { exitCode: 3 }],
    [
      'uses more memory than it may',
      HOARD,
      { memory: 128 },
      { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    ],
  ])('that %s is reported as ECS does', async (_, main, container, exit) => {
    const { platform, arn } = await runMain(main, container);
    expect(await ended(platform, arn)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [exit],
    });
  });

  it('whose containers use more than the task may together loses the largest', async () => {
    const platform = await start();
    const use = (megabytes: number) =>
      `const kept = Buffer.alloc(${megabytes}e6, 1); setInterval(() => kept[0], 1000);`;
    const large = await platform.images.add('registry/large:1', { 'main.js': use(340) });
    const small = await platform.images.add('registry/small:1', { 'main.js': use(200) });
    const containerDefinitions = [
      { name: 'large', image: large },
      { name: 'small', image: small },
    ];
    const definition = await platform.register('two', {}, { containerDefinitions });
    const { containers } = await ended(platform, await platform.runTask(definition));
    expect(containers?.find(({ name }) => name === 'large')).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
  });

  it('that ignores SIGTERM is killed when its stop timeout has passed', async () => {
    const { platform, arn } = await runMain(
      "process.on('SIGTERM', () => console.log('no')); console.log('up'); setInterval(() => {}, 1000);",
      { logConfiguration: LOGS, stopTimeout: 2 },
    );
    const said = (word: string) =>
      until(
        () => platform.lines.map(({ message }) => message),
        (messages) => messages.includes(word),
      );
    await said('up');
    await platform.aws.stopTask({ cluster: 'test', task: arn });
    expect((await ended(platform, arn)).containers?.[0]?.exitCode).toBe(137);
    await said('no');
  });

  it.each([
    [
      'an image that does not exist',
      { image: 'registry/none:1' },
      'CannotPullContainerError: registry/none:1',
    ],
    [
      'a program that the image lacks',
      { entryPoint: ['curl'] },
      /^CannotStartContainerError: Error response from daemon: .*"curl": executable file not found in \$PATH/,
    ],
    [
      'a user that the image lacks',
      { user: 'nobody-knows' },
      /^CannotStartContainerError: Error response from daemon: .*unable to find user/,
    ],
    [
      'a limit that the Engine does not take',
      { memory: 4 },
      /^CannotCreateContainerError: Error response from daemon: /,
    ],
  ])('with %s never starts, says why, and leaves nothing', async (_, container, reason) => {
    const { platform, arn } = await runMain(GOOD_MAIN, container);
    const task = await ended(platform, arn);
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toMatch(reason);
    expect(await engine?.containers()).toEqual([]);
  });

  it.each([
    ['fails', ['CMD', 'node', '-e', 'process.exit(1)']],
    ['hangs', ['CMD', 'node', '-e', 'setInterval(() => {}, 1000)']],
    ['needs a shell that the image lacks', ['CMD-SHELL', 'exit 0']],
  ])('is unhealthy when its health command %s, and leaves none behind', async (_, command) => {
    const healthCheck = { ...HEALTH_CHECK, command, timeout: 20, retries: 3 };
    const { platform, arn } = await runMain(GOOD_MAIN, { healthCheck });
    await until(
      () => platform.task(arn),
      ({ healthStatus }) => healthStatus === 'UNHEALTHY',
    );
    const { containerId = '' } = platform.ecs.tasks()[0] ?? {};
    // A heading, the task's own process, and the check of this moment.
    const processes = (await engine?.docker('top', containerId))?.split('\n');
    expect(processes?.length).toBeLessThanOrEqual(3);
    await platform.aws.stopTask({ cluster: 'test', task: arn });
    expect(await ended(platform, arn)).toMatchObject({ containers: [{ exitCode: 0 }] });
  });

  it('that its image lost is brought anew with the image', async () => {
    const { platform, arn } = await runMain(GOOD_MAIN, { logConfiguration: LOGS });
    const running = await until(
      () => platform.ecs.tasks()[0],
      (task) => task?.lastStatus === 'RUNNING',
    );
    await platform.aws.stopTask({ cluster: 'test', task: arn });
    await ended(platform, arn);
    await engine?.docker('image', 'prune', '-af');
    const definition = running?.taskDefinition ?? '';
    await ended(platform, await platform.runTask(definition));
    await platform.runTask(definition);
    await until(
      () => platform.ecs.tasks()[0],
      (task) => task?.lastStatus === 'RUNNING',
    );
  });

  it("of a platform that crashed is found by its label and ended, and nobody else's", async () => {
    const { platform } = await runMain(GOOD_MAIN);
    await until(
      () => platform.ecs.tasks()[0],
      (task) => task?.lastStatus === 'RUNNING',
    );
    const [ours = ''] = (await engine?.containers()) ?? [];
    const { Image } = await inspect(ours);
    const others =
      (await engine?.docker('run', '-d', '--network', 'host', Image, '-e', 'setInterval(() => {}, 9)')) ?? '';

    await removeFromDocker(platform.stateDir);
    expect(await engine?.containers()).toEqual([others.slice(0, 12)]);
    expect(isMarked(platform.stateDir)).toBe(false);
    await engine?.docker('rm', '-f', others);
    const { containers } = await until(
      () => platform.aws.listTasks({ cluster: 'test', desiredStatus: 'STOPPED' }),
      ({ taskArns }) => taskArns?.length === 1,
    ).then(({ taskArns }) => platform.task(taskArns?.[0] ?? ''));
    expect(containers?.[0]?.exitCode).toBe(137);
  });
});
