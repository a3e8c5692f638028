import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { leaseSlot } from '../../support/slot.ts';
import { GOOD_MAIN, HEALTH, HEALTH_CHECK, type Platform, startPlatform } from './platform.ts';
import { until } from './until.ts';

const SLOT = leaseSlot();
const LOGS = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': '/test', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'prefix' },
};

describe('a task', () => {
  const ended = (platform: Platform, arn: string) =>
    until(
      () => platform.task(arn),
      (task) => task.lastStatus === 'STOPPED',
    );

  async function runMain(main: string, container = {}, task = {}) {
    const platform = await startPlatform(SLOT);
    const image = await platform.images.add('registry/one:1', { 'main.js': main, 'health.js': HEALTH });
    const arn = await platform.runTask(await platform.register('one', { image, ...container }, task));
    return { platform, arn };
  }

  it('runs on an address of its own, logs to its stream, and ends on SIGTERM', async () => {
    const { platform, arn } = await runMain(GOOD_MAIN, { logConfiguration: LOGS, healthCheck: HEALTH_CHECK });
    const task = await until(
      () => platform.task(arn),
      ({ healthStatus }) => healthStatus === 'HEALTHY',
    );
    const address = task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;
    expect(address?.startsWith(`127.${64 + SLOT}.`)).toBe(true);
    expect(task).toMatchObject({ lastStatus: 'RUNNING', group: 'family:one', launchType: 'FARGATE' });
    const running = platform.journal.entries().map(({ pid }) => pid);
    expect(running).toContain(platform.ecs.tasks()[0]?.pid);

    await platform.aws.stopTask({ cluster: 'test', task: arn, reason: 'seen enough' });
    expect(await ended(platform, arn)).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'seen enough',
      containers: [{ exitCode: 0, lastStatus: 'STOPPED' }],
    });
    const stream = `prefix/one/${arn.split('/').at(-1)}`;
    expect(platform.lines.filter((line) => line.stream === stream).map(({ message }) => message)).toEqual([
      'started ',
      'listening',
      'bye',
    ]);
    await until(
      () => platform.journal.entries(),
      (entries) => entries.length === 0,
    );
    expect(readdirSync(path.join(platform.folder, 'tasks/tasks'))).toEqual([]);
  });

  it('sees its definition, its secrets and the platform, and nothing of this process', async () => {
    process.env.GSYS_TEST_LEAK = 'leaked';
    const platform = await startPlatform(SLOT);
    delete process.env.GSYS_TEST_LEAK;
    platform.secrets.set('arn:secret', 's3cret');
    const image = await platform.images.add(
      'registry/env:1',
      { 'main.js': 'console.log(JSON.stringify({ ...process.env, cwd: process.cwd() }))' },
      { Env: ['FROM_IMAGE=yes', 'HOST=0.0.0.0'] },
    );
    const definition = await platform.register('env', {
      image,
      logConfiguration: LOGS,
      environment: [{ name: 'DECLARED', value: 'yes' }],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:secret' }],
    });
    const overrides = {
      containerOverrides: [{ name: 'env', environment: [{ name: 'EXTRA', value: 'yes' }] }],
    };
    const task = await ended(platform, await platform.runTask(definition, { overrides }));
    const { cwd, PATH, HOME, TMPDIR, HOST, HOSTNAME, ECS_CONTAINER_METADATA_URI_V4, ...rest } = JSON.parse(
      platform.lines[0]?.message ?? '{}',
    );
    expect(rest).toEqual({
      FROM_IMAGE: 'yes',
      DECLARED: 'yes',
      EXTRA: 'yes',
      TOKEN: 's3cret',
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(HOST).toBe(task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address);
    expect(cwd).toMatch(/\/app$/);
    expect([PATH, HOME, TMPDIR, HOSTNAME].every(Boolean)).toBe(true);
    expect(PATH.split(':').every((folder: string) => folder.startsWith(platform.folder))).toBe(true);
  });

  it('can ask for its own metadata, and only for its own', async () => {
    const { platform, arn } = await runMain(
      `fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + '/task').then((r) => r.text()).then(console.log);
       fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + '0').then((r) => console.log(r.status));`,
      { logConfiguration: LOGS },
    );
    const task = await ended(platform, arn);
    const messages = platform.lines.map(({ message }) => message);
    expect(messages).toContain('404');
    const document = JSON.parse(messages.find((message) => message.startsWith('{')) ?? '');
    expect(document).toMatchObject({
      TaskARN: arn,
      Family: 'one',
      Revision: '1',
      Containers: [{ Name: 'one', ImageID: task.containers?.[0]?.imageDigest }],
    });
  });

  it('that ends by itself takes its whole process group along', async () => {
    const { platform, arn } = await runMain(
      `const child = require('node:child_process').spawn('node', ['-e', 'setInterval(() => {}, 1000)']);
       console.log(child.pid); process.exit(3);`,
      { logConfiguration: LOGS },
    );
    expect(await ended(platform, arn)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3 }],
    });
    const child = Number(platform.lines[0]?.message);
    await until(
      () => isAlive(child),
      (alive) => !alive,
    );
  });

  it('that ignores SIGTERM is killed when its stop timeout has passed', async () => {
    const { platform, arn } = await runMain(
      "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000);",
      { logConfiguration: LOGS, stopTimeout: 2 },
    );
    await until(
      () => platform.lines.length,
      (count) => count > 0,
    );
    await platform.aws.stopTask({ cluster: 'test', task: arn });
    expect((await ended(platform, arn)).containers?.[0]?.exitCode).toBe(137);
  });

  it('that uses more memory than it may is killed for it', async () => {
    const { platform, arn } = await runMain(
      'const hoard = []; setInterval(() => hoard.push(Buffer.alloc(8e6, 1)), 5);',
      { memory: 128 },
    );
    expect(await ended(platform, arn)).toMatchObject({
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    });
  });

  it.each([
    [
      'an image that does not exist',
      { image: 'registry/none:1' },
      'CannotPullContainerError: registry/none:1: not found',
    ],
    [
      'a program that the image lacks',
      { entryPoint: ['curl'] },
      'CannotStartContainerError: exec: "curl": executable file not found in $PATH',
    ],
    [
      'a shell that the image lacks',
      { entryPoint: ['/bin/sh'] },
      'CannotStartContainerError: exec: "/bin/sh": stat /bin/sh: no such file',
    ],
    [
      'a secret that does not exist',
      { secrets: [{ name: 'A', valueFrom: 'none' }] },
      'ResourceInitializationError: unable to pull secrets',
    ],
    [
      'a log group that does not exist',
      { logConfiguration: { ...LOGS, options: { ...LOGS.options, 'awslogs-group': '/none' } } },
      'ResourceInitializationError: failed to validate logger args',
    ],
  ])('with %s never starts, and says why', async (_, container, reason) => {
    const { platform, arn } = await runMain(GOOD_MAIN, container);
    const task = await ended(platform, arn);
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toContain(reason);
    expect(task.containers?.[0]?.exitCode).toBeUndefined();
  });

  it.each([
    ['that gsys did not build', {}, 'no label gsys.node'],
    ['for another Node', { 'gsys.node': '4' }, 'built for Node 4'],
  ])('does not run an image %s', async (_, labels, reason) => {
    const platform = await startPlatform(SLOT);
    const image = await platform.images.add('registry/other:1', { 'main.js': GOOD_MAIN }, { Labels: labels });
    const task = await ended(platform, await platform.runTask(await platform.register('other', { image })));
    expect(task.stoppedReason).toMatch(/^CannotStartContainerError: /);
    expect(task.stoppedReason).toContain(reason);
  });

  it('is unhealthy when the image lacks its health command, and is left alone outside of a service', async () => {
    const healthCheck = {
      ...HEALTH_CHECK,
      command: ['CMD-SHELL', 'curl -f http://localhost/health'],
      retries: 1,
    };
    const { platform, arn } = await runMain(GOOD_MAIN, { healthCheck });
    const task = await until(
      () => platform.task(arn),
      ({ healthStatus }) => healthStatus === 'UNHEALTHY',
    );
    expect(task).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' });
  });

  it('that is stopped while it starts ends without having run', async () => {
    const { platform, arn } = await runMain(GOOD_MAIN);
    await platform.aws.stopTask({ cluster: 'test', task: arn });
    expect(await ended(platform, arn)).toMatchObject({ stopCode: 'UserInitiated' });
    await platform.stop();
    expect(platform.journal.entries()).toEqual([]);
    expect(platform.errors).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
