import { describe, expect, it } from 'vitest';
import { leaseSlot } from '../../support/slot.ts';
import { NETWORK, startPlatform } from './platform.ts';

const SLOT = leaseSlot();

describe('a cluster', () => {
  it('starts with the account’s Container Insights, and has its own from then on', async () => {
    const { aws } = await startPlatform(SLOT);
    const insights = async (name: string) => {
      const { clusters } = await aws.describeClusters({ clusters: [name], include: ['SETTINGS'] });
      return clusters?.[0]?.settings;
    };
    expect(await insights('test')).toEqual([{ name: 'containerInsights', value: 'disabled' }]);
    await aws.putAccountSettingDefault({ name: 'containerInsights', value: 'enhanced' });
    await aws.createCluster({ clusterName: 'second' });
    expect(await insights('second')).toEqual([{ name: 'containerInsights', value: 'enhanced' }]);

    await aws.updateClusterSettings({
      cluster: 'test',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    expect(await insights('test')).toEqual([{ name: 'containerInsights', value: 'enabled' }]);
    await expect(
      aws.updateClusterSettings({ cluster: 'test', settings: [{ name: 'containerInsights', value: 'on' }] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('shows statistics, settings and tags to whoever asks for them', async () => {
    const { aws, createService, register } = await startPlatform(SLOT);
    await createService('web', await register('web', {}), { desiredCount: 0 });
    await aws.tagResource({
      resourceArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/test',
      tags: [{ key: 'team', value: 'games' }],
    });
    const bare = await aws.describeClusters({ clusters: ['test'] });
    expect(bare.clusters?.[0]).toMatchObject({ statistics: [], settings: [], tags: [] });
    const full = await aws.describeClusters({
      clusters: ['test'],
      include: ['STATISTICS', 'SETTINGS', 'TAGS'],
    });
    expect(full.clusters?.[0]?.tags).toEqual([{ key: 'team', value: 'games' }]);
    expect(full.clusters?.[0]?.statistics).toContainEqual({ name: 'activeFargateServiceCount', value: '1' });
    expect(full.clusters?.[0]?.statistics).toHaveLength(12);
  });

  it('has capacity providers, whose strategy serves services that name none', async () => {
    const { aws, register } = await startPlatform(SLOT);
    const service = {
      cluster: 'test',
      serviceName: 'web',
      taskDefinition: await register('web', {}),
      networkConfiguration: NETWORK,
    };
    await expect(aws.createService(service)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(
      aws.putClusterCapacityProviders({
        cluster: 'test',
        capacityProviders: ['mine'],
        defaultCapacityProviderStrategy: [],
      }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await aws.putClusterCapacityProviders({
      cluster: 'test',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    expect((await aws.createService(service)).service?.status).toBe('ACTIVE');
  });
});

describe('account settings', () => {
  it('list what was set, or all that are in effect, ten a page', async () => {
    const { aws } = await startPlatform(SLOT);
    expect((await aws.listAccountSettings({})).settings).toEqual([]);
    await aws.putAccountSetting({ name: 'containerInsights', value: 'enabled' });
    expect((await aws.listAccountSettings({ name: 'containerInsights' })).settings).toEqual([
      {
        name: 'containerInsights',
        value: 'enabled',
        principalArn: 'arn:aws:iam::000000000000:root',
        type: 'user',
      },
    ]);
    const first = await aws.listAccountSettings({ effectiveSettings: true });
    expect(first.settings).toHaveLength(10);
    const rest = await aws.listAccountSettings({ effectiveSettings: true, nextToken: first.nextToken });
    expect(rest.nextToken).toBeUndefined();
  });

  it.each([
    ['none', 'enabled'],
    ['containerInsights', 'sometimes'],
    ['guardDutyActivate', 'on'],
  ])('refuse %s = %s', async (name, value) => {
    const { aws } = await startPlatform(SLOT);
    await expect(aws.putAccountSetting({ name: name as 'containerInsights', value })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('tags', () => {
  it.each<[string, { key: string; value: string }[]]>([
    ['a key without a character', [{ key: '', value: 'x' }]],
    ['a key of more than 128', [{ key: 'k'.repeat(129), value: 'x' }]],
    ['a value of more than 256', [{ key: 'k', value: 'v'.repeat(257) }]],
    ['a key of AWS', [{ key: 'aws:mine', value: 'x' }]],
    ['a key that is there twice', Array(2).fill({ key: 'k', value: 'x' })],
    ['more than fifty', Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: '' }))],
  ])('may not be %s, wherever they are set', async (_, tags) => {
    const { aws, register } = await startPlatform(SLOT);
    const resourceArn = 'arn:aws:ecs:us-east-1:000000000000:cluster/test';
    const refused = { name: 'InvalidParameterException' };
    await expect(aws.tagResource({ resourceArn, tags })).rejects.toMatchObject(refused);
    await expect(aws.createCluster({ clusterName: 'other', tags })).rejects.toMatchObject(refused);
    await expect(register('web', {}, { tags })).rejects.toMatchObject(refused);
  });

  it('of a service or its task definition reach its tasks, and say where they belong', async () => {
    const platform = await startPlatform(SLOT);
    const { aws } = platform;
    await platform.createService('web', await platform.version('web', 'v1'), {
      desiredCount: 1,
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
      tags: [{ key: 'team', value: 'games' }],
    });
    const { taskArns } = await aws.listTasks({ cluster: 'test', serviceName: 'web' });
    const { tasks } = await aws.describeTasks({ cluster: 'test', tasks: taskArns, include: ['TAGS'] });
    expect(tasks?.[0]?.tags).toEqual([
      { key: 'aws:ecs:clusterName', value: 'test' },
      { key: 'aws:ecs:serviceName', value: 'web' },
      { key: 'team', value: 'games' },
    ]);
  });
});
