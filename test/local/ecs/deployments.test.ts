import { describe, expect, it } from 'vitest';
import { leaseSlot } from '../../support/slot.ts';
import { tempFolder } from '../runtime/temp-folder.ts';
import { GOOD_MAIN, HEALTH, HEALTH_CHECK, type Platform, startPlatform } from './platform.ts';
import { until } from './until.ts';

const SLOT = leaseSlot();
const CRASHES = "console.error('no such column'); process.exit(1);";
const NEVER_HEALTHY = 'setInterval(() => {}, 1000);';

describe('a deployment', () => {
  const finished = (platform: Platform, name: string) =>
    until(
      () => platform.deployment(name),
      ({ finishedAt }) => finishedAt !== undefined,
    );
  const steady = (platform: Platform, name: string, count: number) =>
    until(
      () => platform.service(name),
      ({ deployments, runningCount }) =>
        runningCount === count && deployments?.length === 1 && deployments[0]?.rolloutState === 'COMPLETED',
    );

  it('of a good first revision becomes steady', async () => {
    const platform = await startPlatform(SLOT);
    const definition = await platform.version('web', 'v1');
    await platform.createService('web', definition);
    const deployment = await finished(platform, 'web');
    expect(deployment).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 },
      sourceServiceRevisions: [],
      deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0, threshold: 3 },
    });
    const service = await platform.service('web');
    expect(service.events?.map(({ message }) => message?.replace(/[0-9a-f]{32}|\d{19}/g, '…'))).toEqual([
      '(service web) has reached a steady state.',
      '(service web) (deployment ecs-svc/…) deployment completed.',
      '(service web) has started 2 tasks: (task …) (task …).',
    ]);
    const [task] = await platform.tasks('web');
    expect(task).toMatchObject({
      startedBy: service.deployments?.[0]?.id,
      group: 'service:web',
      healthStatus: 'HEALTHY',
    });
    const { serviceRevisions } = await platform.aws.describeServiceRevisions({
      serviceRevisionArns: [deployment.targetServiceRevision?.arn ?? ''],
    });
    expect(serviceRevisions?.[0]).toMatchObject({
      taskDefinition: definition,
      containerImages: [{ containerName: 'web', imageDigest: task?.containers?.[0]?.imageDigest }],
    });
  });

  it('replaces a revision without ever falling below the minimum, and leaves only the new one', async () => {
    const platform = await startPlatform(SLOT);
    await platform.createService('web', await platform.version('web', 'v1'));
    await finished(platform, 'web');
    const taskDefinition = await platform.version('web', 'v2');
    const { service } = await platform.aws.updateService({ cluster: 'test', service: 'web', taskDefinition });
    expect(service?.deployments?.map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE']);

    const healthy: number[] = [];
    await until(
      async () => {
        const tasks = await platform.tasks('web');
        healthy.push(tasks.filter(({ healthStatus }) => healthStatus === 'HEALTHY').length);
        return platform.deployment('web');
      },
      ({ status }) => status === 'SUCCESSFUL',
    );
    expect(Math.min(...healthy)).toBeGreaterThanOrEqual(2);
    const tasks = await platform.tasks('web');
    expect(tasks.map((task) => task.taskDefinitionArn)).toEqual([taskDefinition, taskDefinition]);
    const [stopped] = await platform.tasks('web', 'STOPPED');
    expect(stopped?.stopCode).toBe('ServiceSchedulerInitiated');
    expect(stopped?.stoppedReason).toMatch(/^Scaling activity initiated by \(deployment ecs-svc\//);
  });

  it('of a first revision that exits at once fails, has nowhere to go, and starts no more tasks', async () => {
    const platform = await startPlatform(SLOT);
    await platform.createService('web', await platform.version('web', 'bad', CRASHES));
    const deployment = await finished(platform, 'web');
    expect(deployment).toMatchObject({
      status: 'ROLLBACK_FAILED',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    });
    const service = await platform.service('web');
    expect(service.deployments).toMatchObject([
      {
        status: 'PRIMARY',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      },
    ]);
    const stopped = await platform.tasks('web', 'STOPPED');
    expect(stopped.length).toBeGreaterThanOrEqual(3);
    expect(stopped[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 1 }],
    });
    // The twin of the task that tripped the breaker may still be about to crash; nothing follows it.
    await until(
      () => platform.tasks('web'),
      (tasks) => tasks.length === 0,
    );
    expect((await platform.tasks('web', 'STOPPED')).length).toBeLessThanOrEqual(4);
  });

  it('ends STOPPED where the breaker may not roll back', async () => {
    const platform = await startPlatform(SLOT);
    await platform.createService('web', await platform.register('web', { image: 'registry/none:1' }), {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    expect((await finished(platform, 'web')).status).toBe('STOPPED');
    expect((await platform.tasks('web', 'STOPPED'))[0]?.stoppedReason).toMatch(/^CannotPullContainerError: /);
  });

  it('whose tasks never get healthy stops them for it and fails', async () => {
    const platform = await startPlatform(SLOT);
    const image = await platform.images.add('registry/web:1', {
      'main.js': NEVER_HEALTHY,
      'health.js': HEALTH,
    });
    const healthCheck = { ...HEALTH_CHECK, retries: 1 };
    await platform.createService('web', await platform.register('web', { image, healthCheck }));
    await finished(platform, 'web');
    expect(await platform.tasks('web', 'STOPPED')).toContainEqual(
      expect.objectContaining({
        stoppedReason: 'Task failed container health checks',
        healthStatus: 'UNHEALTHY',
      }),
    );
    expect((await platform.service('web')).deployments?.[0]?.rolloutState).toBe('FAILED');
  });

  it('that fails goes back to the last one that was completed', async () => {
    const platform = await startPlatform(SLOT);
    const good = await platform.version('web', 'v1');
    await platform.createService('web', good);
    await finished(platform, 'web');
    const before = await platform.service('web');
    const taskDefinition = await platform.version('web', 'bad', CRASHES);
    await platform.aws.updateService({ cluster: 'test', service: 'web', taskDefinition });

    const deployment = await finished(platform, 'web');
    expect(deployment).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      rollback: { reason: 'ECS deployment circuit breaker: tasks failed to start.' },
      deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
    });
    expect(deployment.rollback?.serviceRevisionArn).toBe(deployment.sourceServiceRevisions?.[0]?.arn);
    const service = await platform.service('web');
    expect(service.taskDefinition).toBe(good);
    expect(service.deployments).toMatchObject([
      { id: before.deployments?.[0]?.id, rolloutState: 'COMPLETED' },
    ]);
    expect((await platform.tasks('web')).map((task) => task.taskDefinitionArn)).toEqual([good, good]);
    const messages = service.events?.map(({ message }) => message);
    expect(messages).toContain(`(service web) rolling back to deployment ${before.deployments?.[0]?.id}.`);
  });

  it('that somebody stops is rolled back', async () => {
    const platform = await startPlatform(SLOT);
    const good = await platform.version('web', 'v1');
    await platform.createService('web', good);
    await finished(platform, 'web');
    const taskDefinition = await platform.version('web', 'v2', NEVER_HEALTHY);
    const { service } = await platform.aws.updateService({ cluster: 'test', service: 'web', taskDefinition });
    const serviceDeploymentArn = service?.currentServiceDeployment ?? '';
    await platform.aws.stopServiceDeployment({ serviceDeploymentArn });
    expect((await finished(platform, 'web')).status).toBe('ROLLBACK_SUCCESSFUL');
    expect((await platform.service('web')).taskDefinition).toBe(good);
    await expect(platform.aws.stopServiceDeployment({ serviceDeploymentArn })).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });

  it('that somebody aborts stops where it is', async () => {
    const platform = await startPlatform(SLOT);
    await platform.createService('web', await platform.version('web', 'v1'));
    await finished(platform, 'web');
    const taskDefinition = await platform.version('web', 'v2', NEVER_HEALTHY);
    const { service } = await platform.aws.updateService({ cluster: 'test', service: 'web', taskDefinition });
    const serviceDeploymentArn = service?.currentServiceDeployment ?? '';
    await platform.aws.stopServiceDeployment({ serviceDeploymentArn, stopType: 'ABORT' });
    expect(await finished(platform, 'web')).toMatchObject({
      status: 'STOPPED',
      statusReason: 'The service deployment was stopped by a user.',
      stoppedAt: expect.any(Date),
    });
    const after = await platform.service('web');
    expect(after.taskDefinition).toBe(taskDefinition);
    expect(after.deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'FAILED' });
  });

  it('is rolled back when one of its alarms fires', async () => {
    const platform = await startPlatform(SLOT);
    const good = await platform.version('web', 'v1');
    platform.alarms.set('web-errors', 'OK');
    await platform.createService('web', good, {
      deploymentConfiguration: {
        alarms: { enable: true, rollback: true, alarmNames: ['web-errors', 'web-slow'] },
      },
    });
    expect((await finished(platform, 'web')).alarms).toEqual({
      status: 'MONITORING_COMPLETE',
      alarmNames: ['web-errors', 'web-slow'],
      triggeredAlarmNames: [],
    });
    const taskDefinition = await platform.version('web', 'v2', NEVER_HEALTHY);
    await platform.aws.updateService({ cluster: 'test', service: 'web', taskDefinition });
    platform.alarms.set('web-errors', 'ALARM');
    expect(await finished(platform, 'web')).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'ECS deployment alarms: alarm detected.',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['web-errors'] },
    });
    const service = await platform.service('web');
    expect(service.taskDefinition).toBe(good);
    expect(
      service.events?.some(({ message }) => message?.endsWith('deployment failed: alarm detected.')),
    ).toBe(true);
  });

  it('does not look at alarms that fire before it: it may be the cure', async () => {
    const platform = await startPlatform(SLOT);
    platform.alarms.set('web-errors', 'ALARM');
    await platform.createService('web', await platform.version('web', 'v1'), {
      deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['web-errors'] } },
    });
    expect(await finished(platform, 'web')).toMatchObject({
      status: 'SUCCESSFUL',
      alarms: { status: 'DISABLED' },
    });
  });

  it('counts every failure where it shall not forget them, up to a threshold of its own', async () => {
    const platform = await startPlatform(SLOT);
    const deploymentCircuitBreaker = {
      enable: true,
      rollback: false,
      resetOnHealthyTask: false,
      thresholdConfiguration: { type: 'COUNT' as const, value: 1 },
    };
    await platform.createService('web', await platform.version('web', 'bad', CRASHES), {
      desiredCount: 1,
      deploymentConfiguration: { deploymentCircuitBreaker },
    });
    expect(await finished(platform, 'web')).toMatchObject({
      status: 'STOPPED',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 1, threshold: 1 },
      deploymentConfiguration: { deploymentCircuitBreaker },
    });
    expect(await platform.tasks('web', 'STOPPED')).toHaveLength(1);
  });

  it('gives way to a newer one', async () => {
    const platform = await startPlatform(SLOT);
    await platform.createService('web', await platform.version('web', 'stuck', NEVER_HEALTHY));
    const { currentServiceDeployment = '' } = await platform.service('web');
    const taskDefinition = await platform.version('web', 'v2');
    await platform.aws.updateService({ cluster: 'test', service: 'web', taskDefinition });
    expect((await finished(platform, 'web')).status).toBe('SUCCESSFUL');
    const { serviceDeployments } = await platform.aws.listServiceDeployments({
      cluster: 'test',
      service: 'web',
    });
    expect(serviceDeployments?.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED']);
    expect(serviceDeployments?.[1]?.serviceDeploymentArn).toBe(currentServiceDeployment);
  });

  it('is not begun by an update that changes nothing, or the count alone; but by force', async () => {
    const platform = await startPlatform(SLOT);
    const taskDefinition = await platform.version('web', 'v1');
    await platform.createService('web', taskDefinition, { desiredCount: 1 });
    const { serviceDeploymentArn } = await finished(platform, 'web');
    const update = async (input: object) =>
      (await platform.aws.updateService({ cluster: 'test', service: 'web', ...input })).service
        ?.currentServiceDeployment;
    expect(await update({ taskDefinition: 'web' })).toBe(serviceDeploymentArn);

    expect(await update({ desiredCount: 3 })).toBe(serviceDeploymentArn);
    await steady(platform, 'web', 3);
    expect(await update({ desiredCount: 1 })).toBe(serviceDeploymentArn);
    await steady(platform, 'web', 1);

    const [before] = await platform.tasks('web');
    expect(await update({ forceNewDeployment: true })).not.toBe(serviceDeploymentArn);
    await finished(platform, 'web');
    const [after] = await platform.tasks('web');
    expect(after?.taskArn).not.toBe(before?.taskArn);
  });

  it('is not needed to replace a task that dies or is stopped', async () => {
    const platform = await startPlatform(SLOT);
    await platform.createService('web', await platform.version('web', 'v1'));
    const { serviceDeploymentArn } = await finished(platform, 'web');
    process.kill(platform.ecs.tasks()[0]?.pid ?? 0, 'SIGKILL');
    const [stopped] = await until(
      () => platform.tasks('web', 'STOPPED'),
      (tasks) => tasks.length > 0,
    );
    await until(
      () => platform.tasks('web'),
      (tasks) => tasks.filter(({ healthStatus }) => healthStatus === 'HEALTHY').length === 2,
    );
    expect(stopped?.containers?.[0]?.exitCode).toBe(137);
    expect((await platform.service('web')).currentServiceDeployment).toBe(serviceDeploymentArn);
  });

  it('without a health check waits until a task has run for a while', async () => {
    const platform = await startPlatform(SLOT);
    const image = await platform.images.add('registry/web:1', { 'main.js': GOOD_MAIN });
    await platform.createService('web', await platform.register('web', { image }), { desiredCount: 1 });
    const started = await until(
      () => platform.service('web'),
      ({ runningCount }) => runningCount === 1,
    );
    expect(started.deployments?.[0]?.rolloutState).toBe('IN_PROGRESS');
    expect((await finished(platform, 'web')).status).toBe('SUCCESSFUL');
  });

  it('survives the platform: services come back with new tasks, and what was begun goes on', async () => {
    const folder = tempFolder();
    const first = await startPlatform(SLOT, folder);
    await first.createService('done', await first.version('done', 'v1'));
    const done = await finished(first, 'done');
    await first.createService('begun', await first.version('begun', 'stuck', NEVER_HEALTHY));
    const before = await until(
      () => first.tasks('begun'),
      (tasks) => tasks.length === 2,
    );
    await first.stop();

    // The images are there before the scheduler starts tasks of them.
    const second = await startPlatform(SLOT, folder, async (images) => {
      for (const image of ['done:v1', 'begun:stuck'])
        await images.add(`registry/${image}`, { 'main.js': GOOD_MAIN, 'health.js': HEALTH });
    });
    expect((await finished(second, 'begun')).status).toBe('SUCCESSFUL');
    await steady(second, 'done', 2);
    expect(await second.deployment('done')).toEqual(done);
    const old = await second.task(before[0]?.taskArn ?? '');
    expect(old).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TerminationNotice' });
  });
});
