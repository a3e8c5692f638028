import { expect, it } from 'vitest';
import { type PolicyState, policyName, type ScalingMetric } from '../../../../src/lib/aws/autoscaling.ts';
import type { ServiceState } from '../../../../src/lib/aws/ecs.ts';
import type { ScalingView } from '../../../../src/lib/aws/scaling-differences.ts';
import { planScaling } from '../../../../src/lib/capacity/autoscale/plan.ts';
import type { Service } from '../../../../src/lib/fleet/fleet.ts';

const SERVICE = {
  ...{ name: 'settings', ecsService: 'settings-nats' },
  scaling: { min: 2, max: 10, cpu: 70, memory: 60 },
} as Service;

function policy(metric: ScalingMetric, change: Partial<PolicyState> = {}): PolicyState {
  const target = SERVICE.scaling[metric];
  return {
    ...{ ecsService: 'settings-nats', name: policyName(metric), metric, target, scalesIn: true },
    ...{ alarms: [`${metric}-high`, `${metric}-low`], tracking: undefined },
    ...change,
  };
}

/** As the definition says. */
const VIEW: ScalingView = {
  target: { ecsService: 'settings-nats', min: 2, max: 10, suspended: [] },
  policies: [policy('cpu'), policy('memory')],
  alarms: ['cpu-high', 'cpu-low', 'memory-high', 'memory-low'],
};

/** @param desired null where ECS has no such service */
function plan(view: Partial<ScalingView>, desired: number | null = 2) {
  const state = desired === null ? undefined : ({ desired } as ServiceState);
  const { plan: all, changes } = planScaling([{ service: SERVICE, state, view: { ...VIEW, ...view } }]);
  return { planned: all.services[0], differs: all.differs, parts: changes[0]?.parts };
}

it('has nothing to do for a service that scales as it should', () => {
  expect(plan({})).toMatchObject({ planned: { action: 'unchanged', changes: [] }, differs: false });
});

it('registers what nothing scales, then gives it both policies', () => {
  const fresh = plan({ target: undefined, policies: [], alarms: [] });
  expect(fresh).toMatchObject({ planned: { action: 'create' }, parts: ['bounds', 'cpu', 'memory'] });
});

it.each<[string, Partial<ScalingView>, string]>([
  ['bounds', { target: { ...VIEW.target, max: 5 } as never }, 'max: 5 -> 10'],
  ['a target', { policies: [policy('cpu', { target: 50 }), policy('memory')] }, 'cpu: 50 % -> 70 %'],
  ['no policy', { policies: [policy('cpu')] }, 'memory: no policy -> 60 %'],
  [
    'a policy that never scales in',
    { policies: [policy('cpu', { scalesIn: false }), policy('memory')] },
    'cpu: never scales in -> does',
  ],
  [
    'a policy of ours that somebody has made something else of',
    { policies: [policy('cpu', { metric: undefined }), policy('memory')] },
    'cpu: its policy tracks something else -> 70 %',
  ],
  ['an alarm that is gone', { alarms: VIEW.alarms.slice(1) }, "cpu: its policy's alarm cpu-high is gone"],
  [
    'a policy without alarms',
    { policies: [policy('cpu', { alarms: [] }), policy('memory')] },
    'cpu: its policy has no alarm, and so never acts',
  ],
])('changes that alone where it finds %s', (_, view, change) => {
  const { planned, parts } = plan(view);
  expect(planned).toMatchObject({ action: 'update', changes: [change] });
  expect(parts).toHaveLength(1);
});

it.each([
  [0, 'desired: 0 -> 2'],
  [2, undefined],
  [12, 'desired: 12 -> 10'],
])('says what new bounds do at once to %s tasks: %s', (desired, atOnce) => {
  expect(plan({ target: undefined }, desired).planned?.atOnce).toBe(atOnce);
});

it('names what is somebody else’s, and leaves it', () => {
  const suspended = { ...VIEW.target, suspended: ['scaling in'] } as ScalingView['target'];
  const { planned, differs } = plan({
    target: suspended,
    policies: [...VIEW.policies, policy('cpu', { name: 'mine' })],
  });
  expect(planned).toMatchObject({ suspended: ['scaling in'], foreignPolicies: ['mine'] });
  expect(differs).toBe(false);
});

it('cannot scale what ECS does not have', () => {
  const { planned, parts, differs } = plan({ target: undefined, policies: [] }, null);
  expect(planned?.action).toBe('absent');
  expect(parts).toBeUndefined();
  expect(differs).toBe(true);
});
