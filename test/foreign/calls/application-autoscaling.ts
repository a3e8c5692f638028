import { expect } from 'vitest';
import type { Story } from './row.ts';

/** A service that ECS's story prepares. */
const SERVICE = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/crowd/s1',
  ScalableDimension: 'ecs:service:DesiredCount',
};
const NOWHERE = { ...SERVICE, ResourceId: 'service/crowd/nowhere' };
const TRACKING = {
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
  },
};

export const autoscaling: Story = {
  service: 'application-autoscaling',
  rows: [
    {
      call: 'RegisterScalableTarget',
      kind: 'shape',
      what: 'of a service',
      input: { ...SERVICE, MinCapacity: 0, MaxCapacity: 2 },
    },
    {
      call: 'RegisterScalableTarget',
      kind: 'shape',
      what: 'a second one',
      input: { ...SERVICE, ResourceId: 'service/crowd/s2', MinCapacity: 0, MaxCapacity: 2 },
    },
    {
      call: 'RegisterScalableTarget',
      kind: 'error',
      what: 'of a service that does not exist',
      input: { ...NOWHERE, MinCapacity: 0, MaxCapacity: 2 },
      error: 'ValidationException',
    },
    {
      call: 'RegisterScalableTarget',
      kind: 'error',
      what: 'without a namespace',
      input: { ...SERVICE, ServiceNamespace: undefined },
      error: 'ValidationException',
    },
    {
      call: 'DescribeScalableTargets',
      kind: 'shape',
      what: 'by resource',
      input: { ServiceNamespace: 'ecs', ResourceIds: [SERVICE.ResourceId] },
      holds: {
        ScalableTargets: [
          {
            ...SERVICE,
            MinCapacity: 0,
            MaxCapacity: 2,
            SuspendedState: { DynamicScalingInSuspended: false },
          },
        ],
      },
    },
    {
      call: 'DescribeScalableTargets',
      kind: 'page',
      what: 'one by one',
      input: { ServiceNamespace: 'ecs' },
      pages: { size: 1, requests: 2, of: 'ScalableTargets', items: 2 },
    },
    {
      call: 'DescribeScalableTargets',
      kind: 'limit',
      what: 'pages of 51 are too large',
      input: { ServiceNamespace: 'ecs', MaxResults: 51 },
      error: 'ValidationException',
    },
    {
      call: 'DescribeScalableTargets',
      kind: 'error',
      what: 'a token that was never given out',
      input: { ServiceNamespace: 'ecs', NextToken: 'bogus' },
      error: 'InvalidNextTokenException',
    },
    {
      call: 'PutScalingPolicy',
      kind: 'shape',
      what: 'target tracking, with its two alarms',
      input: { ...SERVICE, ...TRACKING, PolicyName: 'cpu' },
      holds: {
        PolicyARN: expect.stringMatching(/^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:/),
        Alarms: [
          { AlarmName: expect.stringContaining('AlarmHigh') },
          { AlarmName: expect.stringContaining('AlarmLow') },
        ],
      },
    },
    {
      call: 'PutScalingPolicy',
      kind: 'error',
      what: 'of what is not registered',
      input: { ...NOWHERE, ...TRACKING, PolicyName: 'cpu' },
      error: 'ObjectNotFoundException',
    },
    {
      call: 'DescribeScalingPolicies',
      kind: 'shape',
      what: 'as it was put',
      input: { ServiceNamespace: 'ecs', PolicyNames: ['cpu'] },
      holds: { ScalingPolicies: [{ ...SERVICE, ...TRACKING, PolicyName: 'cpu' }] },
    },
    {
      call: 'DescribeScalingPolicies',
      kind: 'error',
      what: 'a token that was never given out',
      input: { ServiceNamespace: 'ecs', NextToken: 'bogus' },
      error: 'InvalidNextTokenException',
    },
    {
      call: 'DescribeScalingActivities',
      kind: 'page',
      what: 'nothing has been scaled',
      input: { ServiceNamespace: 'ecs', ResourceId: SERVICE.ResourceId },
      pages: { size: 10, requests: 1, of: 'ScalingActivities', items: 0 },
    },
    {
      call: 'DeleteScalingPolicy',
      kind: 'shape',
      what: 'answers nothing',
      input: { ...SERVICE, PolicyName: 'cpu' },
    },
    {
      call: 'DeleteScalingPolicy',
      kind: 'error',
      what: 'a second time',
      input: { ...SERVICE, PolicyName: 'cpu' },
      error: 'ObjectNotFoundException',
    },
    { call: 'DeregisterScalableTarget', kind: 'shape', what: 'answers nothing', input: SERVICE },
    {
      call: 'DeregisterScalableTarget',
      kind: 'error',
      what: 'a second time',
      input: SERVICE,
      error: 'ObjectNotFoundException',
    },
    {
      call: 'RegisterScalableTarget',
      kind: 'shape',
      what: 'with tags',
      clients: 'newer',
      input: { ...SERVICE, MinCapacity: 0, MaxCapacity: 2, Tags: { owner: 'tests' } },
      holds: { ScalableTargetARN: expect.stringMatching(/^arn:aws:application-autoscaling:/) },
    },
    {
      call: 'PutScheduledAction',
      kind: 'error',
      what: 'an operation that the platform lacks',
      input: { ...SERVICE, ScheduledActionName: 'nightly', Schedule: 'rate(1 day)' },
      error: 'UnknownOperationException',
    },
  ],
};
