import { describe, expect, it } from 'vitest';
import { leaseSlot } from '../../../support/slot.ts';
import { type Platform, startSimulatedPlatform } from '../../ecs/platform.ts';
import { until } from '../../ecs/until.ts';

const SLOT = leaseSlot();
const WEB = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/test/web',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const CPU = {
  ...WEB,
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    ScaleOutCooldown: 1,
    ScaleInCooldown: 20,
  },
} as const;

describe('Application Auto Scaling', () => {
  async function startWeb(desiredCount = 2): Promise<Platform> {
    const platform = await startSimulatedPlatform(SLOT);
    await platform.createService('web', await platform.version('web', 'v1'), { desiredCount });
    await steady(platform, desiredCount);
    return platform;
  }
  const steady = (platform: Platform, count: number) =>
    until(
      () => platform.service('web'),
      ({ runningCount, deployments }) =>
        runningCount === count && deployments?.[0]?.rolloutState === 'COMPLETED',
    );
  /** As CloudWatch does when an alarm changes its state. */
  const fire = (platform: Platform, alarmName: string, value: number) => {
    const alarm = platform.alarmBook.alarms.get(alarmName);
    platform.alarms.set(alarmName, 'ALARM');
    return platform.policies.act(alarm?.AlarmActions?.[0] ?? '', {
      alarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${alarmName}`,
      alarmName,
      state: 'ALARM',
      previous: 'OK',
      reason: 'Threshold Crossed',
      at: Date.now(),
      recent: [value],
      message: '{}',
    });
  };

  it('moves a service into its bounds at once, and writes down why', async () => {
    const { scaling, service, ...platform } = await startWeb(2);
    const { ScalableTargetARN } = await scaling.registerScalableTarget({
      ...WEB,
      MinCapacity: 3,
      MaxCapacity: 6,
    });
    expect((await service('web')).desiredCount).toBe(3);
    const { ScalableTargets } = await scaling.describeScalableTargets({
      ServiceNamespace: 'ecs',
      ResourceIds: ['service/test/web', 'service/test/none'],
    });
    expect(ScalableTargets).toMatchObject([{ ...WEB, MinCapacity: 3, MaxCapacity: 6, ScalableTargetARN }]);
    expect(ScalableTargets?.[0]?.CreationTime).toBeInstanceOf(Date);
    await scaling.registerScalableTarget({ ...WEB, MinCapacity: 0, MaxCapacity: 1 });
    expect((await service('web')).desiredCount).toBe(1);
    const { ScalingActivities } = await until(
      () => scaling.describeScalingActivities({ ServiceNamespace: 'ecs' }),
      ({ ScalingActivities: all }) => all?.[0]?.StatusCode === 'Successful',
    );
    expect(ScalingActivities?.map(({ Cause }) => Cause)).toEqual([
      'maximum capacity was set to 1',
      'minimum capacity was set to 3',
    ]);
    expect(platform.errors).toEqual([]);
  });

  it('keeps an alarm on either side of a target, which go with the policy', async () => {
    const { scaling, alarmBook } = await startWeb();
    await scaling.registerScalableTarget({ ...WEB, MinCapacity: 2, MaxCapacity: 6 });
    const { Alarms = [], PolicyARN } = await scaling.putScalingPolicy(CPU);
    expect(Alarms.map(({ AlarmName }) => AlarmName?.replace(/[0-9a-f-]{36}$/, '…'))).toEqual([
      'TargetTracking-service/test/web-AlarmHigh-…',
      'TargetTracking-service/test/web-AlarmLow-…',
    ]);
    expect(alarmBook.alarms.get(Alarms[0]?.AlarmName ?? '')).toMatchObject({
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      Dimensions: [
        { Name: 'ClusterName', Value: 'test' },
        { Name: 'ServiceName', Value: 'web' },
      ],
      Threshold: 60,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 3,
      AlarmActions: [PolicyARN],
    });
    expect(alarmBook.alarms.get(Alarms[1]?.AlarmName ?? '')).toMatchObject({
      Threshold: 54,
      EvaluationPeriods: 15,
    });

    // The same policy again, now one that never scales in.
    const tracking = { ...CPU.TargetTrackingScalingPolicyConfiguration, DisableScaleIn: true };
    const again = await scaling.putScalingPolicy({
      ...CPU,
      TargetTrackingScalingPolicyConfiguration: tracking,
    });
    expect(again).toMatchObject({ PolicyARN, Alarms: [Alarms[0]] });
    expect(alarmBook.alarms.size).toBe(1);
    expect((await scaling.describeScalingPolicies({ ServiceNamespace: 'ecs' })).ScalingPolicies).toHaveLength(
      1,
    );

    await scaling.deregisterScalableTarget(WEB);
    expect(alarmBook.alarms.size).toBe(0);
    expect((await scaling.describeScalingPolicies({ ServiceNamespace: 'ecs' })).ScalingPolicies).toEqual([]);
  });

  it('scales out while there is too much to do, and in when it is over', async () => {
    const platform = await startWeb();
    const { scaling, service } = platform;
    await scaling.registerScalableTarget({ ...WEB, MinCapacity: 2, MaxCapacity: 6 });
    const { Alarms } = await scaling.putScalingPolicy(CPU);
    const [high = '', low = ''] = Alarms?.map(({ AlarmName }) => AlarmName ?? '') ?? [];

    expect(await fire(platform, high, 95)).toEqual({ ok: true });
    expect((await service('web')).desiredCount).toBe(4);
    await steady(platform, 4);
    // Too early to go back: the cooldown of 20 s, of which the scheduler has 20 in a real second.
    await fire(platform, low, 10);
    expect((await service('web')).desiredCount).toBe(4);
    await until(
      async () => {
        await fire(platform, low, 10);
        return await service('web');
      },
      ({ desiredCount }) => desiredCount === 2,
    );
    await steady(platform, 2);
    const { ScalingActivities } = await scaling.describeScalingActivities({ ServiceNamespace: 'ecs' });
    expect(ScalingActivities?.map(({ Description }) => Description)).toEqual([
      'Setting desired count to 2.',
      'Setting desired count to 4.',
    ]);
    expect(ScalingActivities?.[1]).toMatchObject({
      Cause: `monitor alarm ${high} in state ALARM triggered policy cpu`,
      StatusCode: 'Successful',
    });
    await fire(platform, low, 10);
    const all = await scaling.describeScalingActivities({
      ServiceNamespace: 'ecs',
      IncludeNotScaledActivities: true,
    });
    expect(all.ScalingActivities?.[0]?.NotScaledReasons).toEqual([
      { Code: 'AlreadyAtMinCapacity', MinCapacity: 2, CurrentCapacity: 2 },
    ]);
  });

  it('does not scale in while a deployment is under way, nor where it is suspended', async () => {
    const platform = await startWeb(4);
    const { scaling, service, aws } = platform;
    await scaling.registerScalableTarget({ ...WEB, MinCapacity: 2, MaxCapacity: 6 });
    const [, low] = (await scaling.putScalingPolicy(CPU)).Alarms ?? [];
    const stuck = await platform.register('web', {
      image: 'web:2',
      environment: [{ name: 'GSYS_SIMULATE', value: '{"healthyAfter": 100000}' }],
      healthCheck: { command: ['CMD', 'true'], interval: 5, timeout: 60, retries: 3, startPeriod: 300 },
    });
    await aws.updateService({ cluster: 'test', service: 'web', taskDefinition: stuck });
    await fire(platform, low?.AlarmName ?? '', 5);
    expect((await service('web')).desiredCount).toBe(4);
    const { currentServiceDeployment } = await service('web');
    await aws.stopServiceDeployment({ serviceDeploymentArn: currentServiceDeployment });
    await steady(platform, 4);

    await scaling.registerScalableTarget({ ...WEB, SuspendedState: { DynamicScalingInSuspended: true } });
    await fire(platform, low?.AlarmName ?? '', 5);
    expect((await service('web')).desiredCount).toBe(4);
    await scaling.registerScalableTarget({ ...WEB, SuspendedState: { DynamicScalingInSuspended: false } });
    await fire(platform, low?.AlarmName ?? '', 5);
    expect((await service('web')).desiredCount).toBe(2);
  });

  it('describes fifty targets at most, page by page', async () => {
    const platform = await startSimulatedPlatform(SLOT);
    const { scaling } = platform;
    const definition = await platform.register('empty', {});
    for (let i = 0; i < 51; i++) {
      await platform.createService(`s${i}`, definition, { desiredCount: 0 });
      await scaling.registerScalableTarget({
        ...WEB,
        ResourceId: `service/test/s${i}`,
        MinCapacity: 0,
        MaxCapacity: 1,
      });
    }
    const first = await scaling.describeScalableTargets({ ServiceNamespace: 'ecs' });
    expect(first.ScalableTargets).toHaveLength(50);
    const { NextToken } = first;
    expect(
      (await scaling.describeScalableTargets({ ServiceNamespace: 'ecs', NextToken })).ScalableTargets,
    ).toHaveLength(1);
    await expect(
      scaling.describeScalableTargets({
        ServiceNamespace: 'ecs',
        ResourceIds: Array.from({ length: 51 }, (_, i) => `service/test/s${i}`),
      }),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(
      scaling.describeScalableTargets({ ServiceNamespace: 'ecs', NextToken: 'x' }),
    ).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
    });
  });

  it.each<[string, string, (platform: Platform) => Promise<unknown>]>([
    [
      'a service that is not there',
      'ValidationException',
      ({ scaling }) =>
        scaling.registerScalableTarget({
          ...WEB,
          ResourceId: 'service/test/none',
          MinCapacity: 1,
          MaxCapacity: 2,
        }),
    ],
    [
      'bounds that are upside down',
      'ValidationException',
      ({ scaling }) => scaling.registerScalableTarget({ ...WEB, MinCapacity: 3, MaxCapacity: 2 }),
    ],
    [
      'another kind of resource',
      'ValidationException',
      ({ scaling }) => scaling.describeScalableTargets({ ServiceNamespace: 'dynamodb' }),
    ],
    ['a policy without a target', 'ObjectNotFoundException', ({ scaling }) => scaling.putScalingPolicy(CPU)],
    [
      'a target that is not there',
      'ObjectNotFoundException',
      ({ scaling }) => scaling.deregisterScalableTarget(WEB),
    ],
    [
      'step scaling',
      'ValidationException',
      ({ scaling }) => scaling.putScalingPolicy({ ...WEB, PolicyName: 'steps', PolicyType: 'StepScaling' }),
    ],
    [
      'tags of what is not there',
      'ResourceNotFoundException',
      ({ scaling }) =>
        scaling.listTagsForResource({
          ResourceARN: 'arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/none',
        }),
    ],
    [
      'an operation that it lacks',
      'UnknownOperationException',
      ({ scaling }) => scaling.describeScheduledActions({ ServiceNamespace: 'ecs' }),
    ],
  ])('refuses %s with %s', async (_, name, call) => {
    await expect(call(await startWeb(0))).rejects.toMatchObject({ name });
  });

  it('keeps tags', async () => {
    const { scaling } = await startWeb(0);
    const { ScalableTargetARN: ResourceARN } = await scaling.registerScalableTarget({
      ...WEB,
      MinCapacity: 0,
      MaxCapacity: 1,
      Tags: { a: '1' },
    });
    await scaling.tagResource({ ResourceARN, Tags: { b: '2' } });
    await scaling.untagResource({ ResourceARN, TagKeys: ['a'] });
    expect((await scaling.listTagsForResource({ ResourceARN })).Tags).toEqual({ b: '2' });
  });
});
