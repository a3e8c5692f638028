import type { PolicyState } from '../../aws/autoscaling.ts';
import type { ServiceState } from '../../aws/ecs.ts';
import {
  foreignPolicies,
  type ScalingDifference,
  type ScalingView,
  scalingDifferences,
} from '../../aws/scaling-differences.ts';
import type { Service } from '../../fleet/fleet.ts';

export interface ScalingFacts {
  service: Service;
  /** Undefined when ECS does not have it. */
  state: ServiceState | undefined;
  view: ScalingView;
}

/** `absent`: there is no such ECS service that could be scaled. */
export type ScalingAction = 'create' | 'update' | 'unchanged' | 'absent';

export interface PlannedScaling {
  service: string;
  ecsService: string;
  action: ScalingAction;
  scaling: Service['scaling'];
  changes: string[];
  /** What AWS does as soon as the bounds are set: `desired: 1 -> 2`. */
  atOnce?: string;
  /** What ECS is told to run now. */
  desired?: number;
  /** What somebody has suspended: it stays so. */
  suspended: string[];
  /** Names of policies that gsys has not made: they stay. */
  foreignPolicies: string[];
}

export interface ScalingPlan {
  differs: boolean;
  services: PlannedScaling[];
}

/** What is to be done for one service. */
export interface ScalingChange {
  service: Service;
  registered: boolean;
  parts: ScalingDifference['part'][];
  policies: PolicyState[];
}

/** What would make services scale as the definition says. Pure. */
export function planScaling(facts: ScalingFacts[]): { plan: ScalingPlan; changes: ScalingChange[] } {
  const compared = facts.map((one) => ({ ...one, differences: scalingDifferences(one.service, one.view) }));
  const differing = compared.filter(({ differences }) => differences.length > 0);
  return {
    plan: { differs: differing.length > 0, services: compared.map(planned) },
    changes: differing
      .filter(({ state }) => state !== undefined)
      .map(({ service, view, differences }) => ({
        service,
        registered: view.target !== undefined,
        parts: differences.map(({ part }) => part),
        policies: view.policies,
      })),
  };
}

function planned({
  service,
  state,
  view,
  differences,
}: ScalingFacts & { differences: ScalingDifference[] }): PlannedScaling {
  const { name, ecsService, scaling } = service;
  const moved = differences.some(({ part }) => part === 'bounds') ? moveInto(scaling, state) : undefined;
  return {
    ...{ service: name, ecsService, scaling },
    action: actionOf(state, view, differences),
    changes: differences.map(({ what }) => what),
    ...(moved !== undefined && { atOnce: moved }),
    ...(state && { desired: state.desired }),
    suspended: view.target?.suspended ?? [],
    foreignPolicies: foreignPolicies(view),
  };
}

function actionOf(
  state: ServiceState | undefined,
  { target }: ScalingView,
  differences: ScalingDifference[],
): ScalingAction {
  if (state === undefined) return 'absent';
  if (differences.length === 0) return 'unchanged';
  return target === undefined ? 'create' : 'update';
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
function moveInto({ min, max }: Service['scaling'], state: ServiceState | undefined): string | undefined {
  if (state === undefined) return undefined;
  const { desired } = state;
  const moved = Math.min(max, Math.max(min, desired));
  return moved === desired ? undefined : `desired: ${desired} -> ${moved}`;
}
