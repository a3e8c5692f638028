import type { Service } from '../fleet/fleet.ts';
import { type PolicyState, policyName, type ScalingMetric, type TargetState } from './autoscaling.ts';

/** How one service scales, as AWS tells it. */
export interface ScalingView {
  /** Undefined when nothing scales it. */
  target: TargetState | undefined;
  policies: PolicyState[];
  /** Names of the policies' alarms, of those that exist. */
  alarms: string[];
}

/** One respect in which a service does not scale as the definition says. */
export interface ScalingDifference {
  part: 'bounds' | ScalingMetric;
  what: string;
}

const METRICS = ['cpu', 'memory'] as const satisfies ScalingMetric[];

/** Pure. What somebody has suspended is no difference, and neither is a policy of somebody else's. */
export function scalingDifferences(
  { scaling }: Pick<Service, 'scaling'>,
  view: ScalingView,
): ScalingDifference[] {
  const bounds = boundsDifference(scaling, view.target);
  return [
    ...(bounds === undefined ? [] : [{ part: 'bounds' as const, what: bounds }]),
    ...METRICS.flatMap((metric) => {
      const what = policyDifference(metric, scaling[metric], view);
      return what === undefined ? [] : [{ part: metric, what }];
    }),
  ];
}

/** Names of policies that are not gsys's: they have their say in the same desired count. */
export function foreignPolicies({ policies }: ScalingView): string[] {
  const own: string[] = METRICS.map(policyName);
  return policies.map(({ name }) => name).filter((name) => !own.includes(name));
}

function boundsDifference(
  { min, max }: Service['scaling'],
  target: TargetState | undefined,
): string | undefined {
  if (target === undefined) return 'is not registered: nothing scales it';
  const parts = [
    ...(target.min === min ? [] : [`min: ${target.min} -> ${min}`]),
    ...(target.max === max ? [] : [`max: ${target.max} -> ${max}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function policyDifference(
  metric: ScalingMetric,
  wanted: number,
  { policies, alarms }: ScalingView,
): string | undefined {
  const policy = policies.find(({ name }) => name === policyName(metric));
  if (policy === undefined) return `${metric}: no policy -> ${wanted} %`;
  if (policy.metric !== metric) return `${metric}: its policy tracks something else -> ${wanted} %`;
  if (policy.target !== wanted) return `${metric}: ${policy.target} % -> ${wanted} %`;
  if (!policy.scalesIn) return `${metric}: never scales in -> does`;
  const gone = policy.alarms.filter((name) => !alarms.includes(name));
  if (policy.alarms.length === 0) return `${metric}: its policy has no alarm, and so never acts`;
  return gone.length === 0 ? undefined : `${metric}: its policy's alarm ${gone.join(', ')} is gone`;
}
