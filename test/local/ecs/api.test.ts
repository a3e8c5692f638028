import { describe, expect, it } from 'vitest';
import { leaseSlot } from '../../support/slot.ts';
import { NETWORK, startPlatform } from './platform.ts';
import { until } from './until.ts';

const SLOT = leaseSlot();

describe('the ECS API', () => {
  it('describes ten services at most, and names those it lacks', async () => {
    const { aws } = await startPlatform(SLOT);
    const services = Array.from({ length: 11 }, (_, i) => `service-${i}`);
    await expect(aws.describeServices({ cluster: 'test', services })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Services cannot have more than 10 elements.',
    });
    expect(await aws.describeServices({ cluster: 'test', services: ['none'] })).toMatchObject({
      services: [],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:000000000000:service/test/none', reason: 'MISSING' }],
    });
  });

  it.each<[string, string, (aws: Awaited<ReturnType<typeof startPlatform>>['aws']) => Promise<unknown>]>([
    [
      'a cluster that is not there',
      'ClusterNotFoundException',
      (aws) => aws.listServices({ cluster: 'none' }),
    ],
    [
      'a service that is not there',
      'ServiceNotFoundException',
      (aws) => aws.updateService({ cluster: 'test', service: 'none' }),
    ],
    [
      'the tasks of one',
      'ServiceNotFoundException',
      (aws) => aws.listTasks({ cluster: 'test', serviceName: 'none' }),
    ],
    [
      'a task definition that is not there',
      'ClientException',
      (aws) => aws.describeTaskDefinition({ taskDefinition: 'none' }),
    ],
    [
      'a task that is not there',
      'InvalidParameterException',
      (aws) => aws.stopTask({ cluster: 'test', task: 'none' }),
    ],
    [
      'a deployment that is not there',
      'ServiceDeploymentNotFoundException',
      (aws) => aws.stopServiceDeployment({ serviceDeploymentArn: 'none' }),
    ],
    [
      'a page that is too large',
      'InvalidParameterException',
      (aws) => aws.listServices({ cluster: 'test', maxResults: 101 }),
    ],
    [
      'a token that is none',
      'InvalidParameterException',
      (aws) => aws.listServices({ cluster: 'test', nextToken: 'none' }),
    ],
    [
      'tags of what is not there',
      'ResourceNotFoundException',
      (aws) =>
        aws.listTagsForResource({ resourceArn: 'arn:aws:ecs:us-east-1:000000000000:service/test/none' }),
    ],
  ])('answers %s with %s', async (_, name, call) => {
    const { aws } = await startPlatform(SLOT);
    await expect(call(aws)).rejects.toMatchObject({ name });
  });

  it('lists ten services a page unless asked for more', async () => {
    const { aws, register, createService } = await startPlatform(SLOT);
    const definition = await register('empty', {});
    for (let i = 0; i < 12; i++) await createService(`service-${i}`, definition, { desiredCount: 0 });
    const first = await aws.listServices({ cluster: 'test' });
    expect(first.serviceArns).toHaveLength(10);
    const second = await aws.listServices({ cluster: 'test', nextToken: first.nextToken });
    expect(second.serviceArns).toHaveLength(2);
    expect(second.nextToken).toBeUndefined();
    expect((await aws.listServices({ cluster: 'test', maxResults: 100 })).serviceArns).toHaveLength(12);
  });

  it('numbers the revisions of a family, and finds them by family, revision and ARN', async () => {
    const { aws, register } = await startPlatform(SLOT);
    const first = await register('family', {});
    const second = await register('family', { healthCheck: { command: ['CMD', 'true'] } });
    expect(second).toBe('arn:aws:ecs:us-east-1:000000000000:task-definition/family:2');
    const { taskDefinition } = await aws.describeTaskDefinition({ taskDefinition: 'family' });
    expect(taskDefinition).toMatchObject({ revision: 2, status: 'ACTIVE', cpu: '256' });
    expect(taskDefinition?.containerDefinitions?.[0]?.healthCheck).toMatchObject({
      interval: 30,
      timeout: 5,
      retries: 3,
    });
    expect(taskDefinition?.registeredAt).toBeInstanceOf(Date);
    for (const name of ['family:1', first])
      expect((await aws.describeTaskDefinition({ taskDefinition: name })).taskDefinition?.revision).toBe(1);

    await aws.deregisterTaskDefinition({ taskDefinition: 'family:2' });
    expect((await aws.describeTaskDefinition({ taskDefinition: 'family' })).taskDefinition?.revision).toBe(1);
    expect((await aws.listTaskDefinitions({ familyPrefix: 'family' })).taskDefinitionArns).toEqual([first]);
    expect((await aws.listTaskDefinitionFamilies({ status: 'ACTIVE' })).families).toEqual(['family']);
    await expect(
      aws.createService({
        cluster: 'test',
        serviceName: 's',
        taskDefinition: second,
        launchType: 'FARGATE',
        networkConfiguration: NETWORK,
      }),
    ).rejects.toMatchObject({ name: 'ClientException', message: 'TaskDefinition is inactive' });
  });

  it.each<[string, object, object]>([
    ['a size that Fargate lacks', {}, { cpu: '300' }],
    ['a health check asked too often', { healthCheck: { command: ['CMD', 'true'], interval: 4 } }, {}],
    ['a health check without a command', { healthCheck: { command: ['CMD'] } }, {}],
    ['a name that is none', { name: 'a b' }, {}],
    ['more memory than the task has', { memory: 1024 }, {}],
    [
      'secrets without a role to read them',
      { secrets: [{ name: 'A', valueFrom: 'x' }] },
      { executionRoleArn: undefined },
    ],
    ['no essential container', { essential: false }, {}],
    [
      'an order of starts, which it does not have',
      { dependsOn: [{ containerName: 'x', condition: 'START' }] },
      {},
    ],
  ])('does not register %s', async (_, container, task) => {
    const { register } = await startPlatform(SLOT);
    await expect(register('family', container, task)).rejects.toMatchObject({ name: 'ClientException' });
  });

  it('deletes a service that is scaled to nothing, or by force, and remembers it as inactive', async () => {
    const platform = await startPlatform(SLOT);
    const { aws } = platform;
    await platform.createService('web', await platform.version('web', 'v1'));
    await expect(aws.deleteService({ cluster: 'test', service: 'web' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(aws.deleteCluster({ cluster: 'test' })).rejects.toMatchObject({
      name: 'ClusterContainsServicesException',
    });
    await aws.deleteService({ cluster: 'test', service: 'web', force: true });
    await until(
      () => platform.service('web'),
      ({ status }) => status === 'INACTIVE',
    );
    expect(platform.ecs.tasks()).toEqual([]);
    expect((await aws.listServices({ cluster: 'test' })).serviceArns).toEqual([]);
    await expect(aws.updateService({ cluster: 'test', service: 'web' })).rejects.toMatchObject({
      name: 'ServiceNotActiveException',
    });
    await platform.createService('web', 'web', { desiredCount: 0 });
    expect((await platform.service('web')).status).toBe('ACTIVE');
  });

  it('keeps tags and settings', async () => {
    const { aws, register, createService } = await startPlatform(SLOT);
    await createService('web', await register('web', {}), {
      desiredCount: 0,
      tags: [{ key: 'a', value: '1' }],
    });
    const resourceArn = 'arn:aws:ecs:us-east-1:000000000000:service/test/web';
    await aws.tagResource({ resourceArn, tags: [{ key: 'b', value: '2' }] });
    await aws.untagResource({ resourceArn, tagKeys: ['a'] });
    const { services } = await aws.describeServices({
      cluster: 'test',
      services: ['web'],
      include: ['TAGS'],
    });
    expect(services?.[0]?.tags).toEqual([{ key: 'b', value: '2' }]);
    const { clusters } = await aws.describeClusters({ clusters: ['test'], include: ['SETTINGS'] });
    expect(clusters).toMatchObject([
      {
        status: 'ACTIVE',
        activeServicesCount: 1,
        settings: [{ name: 'containerInsights', value: 'disabled' }],
      },
    ]);
  });
});
