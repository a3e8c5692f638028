import { expect, it } from 'vitest';
import { autoscaling, type PolicyState } from '../../../src/lib/aws/autoscaling.ts';
import { accessTo, answers } from './support/answers.ts';

const names = Array.from({ length: 51 }, (_, i) => `service-${i}`);
const id = (name: string) => `service/test-cluster/${name}`;

it('asks for fifty targets a call, and follows every page', async () => {
  const { url, requests } = await answers(({ body }) => {
    const { ResourceIds, NextToken } = JSON.parse(body) as { ResourceIds: string[]; NextToken?: string };
    const half = NextToken === undefined ? ResourceIds.slice(0, 25) : ResourceIds.slice(25);
    return {
      body: {
        ScalableTargets: half.map((ResourceId) => ({ ResourceId, MinCapacity: 2, MaxCapacity: 10 })),
        ...(NextToken === undefined && ResourceIds.length > 25 && { NextToken: 'more' }),
      },
    };
  });
  const targets = await autoscaling(accessTo(url)).targets(names);
  expect(targets.map(({ ecsService }) => ecsService)).toEqual(names);
  expect(requests.map(({ body }) => JSON.parse(body).ResourceIds.length)).toEqual([50, 1, 50]);
});

it('asks for nothing where there is nothing to ask for: no names would mean everything', async () => {
  const { url, requests } = await answers(() => ({ body: {} }));
  expect(await autoscaling(accessTo(url)).targets([])).toEqual([]);
  expect(requests).toEqual([]);
});

it('reads policies of this cluster alone, and knows gsys’s metrics from others', async () => {
  const tracking = (PredefinedMetricType: string) => ({
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType },
    },
  });
  const { url } = await answers(() => ({
    body: {
      ScalingPolicies: [
        { ResourceId: id('a'), PolicyName: 'gsys-cpu', ...tracking('ECSServiceAverageCPUUtilization') },
        { ResourceId: id('a'), PolicyName: 'other', ...tracking('ALBRequestCountPerTarget') },
        { ResourceId: id('a'), PolicyName: 'steps', Alarms: [{ AlarmName: 'x' }] },
        { ResourceId: 'service/other-cluster/a', PolicyName: 'gsys-cpu' },
      ],
    },
  }));
  const policies = await autoscaling(accessTo(url)).policies();
  expect(policies.map(({ name, metric, target, alarms }) => [name, metric, target, alarms])).toEqual([
    ['gsys-cpu', 'cpu', 70, []],
    ['other', undefined, 70, []],
    ['steps', undefined, undefined, ['x']],
  ]);
});

it('keeps what it does not speak of when it changes a policy, and tags new targets only', async () => {
  const { url, requests } = await answers(() => ({ body: {} }));
  const scaling = autoscaling(accessTo(url));
  const found = { tracking: { ScaleInCooldown: 600, DisableScaleIn: true, TargetValue: 50 } } as PolicyState;
  await scaling.track('a', 'memory', 70, found);
  await scaling.register('a', { min: 1, max: 3 }, 'fleet', false);
  await scaling.register('a', { min: 1, max: 3 }, 'fleet', true);
  const [put, first, second] = requests.map(({ body }) => JSON.parse(body));
  expect(put.TargetTrackingScalingPolicyConfiguration).toEqual({
    ScaleInCooldown: 600,
    DisableScaleIn: false,
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
  });
  expect(first).toMatchObject({ MinCapacity: 1, MaxCapacity: 3, Tags: { 'gsys:fleet': 'fleet' } });
  expect(second).not.toHaveProperty('Tags');
  expect(second).not.toHaveProperty('SuspendedState');
});
