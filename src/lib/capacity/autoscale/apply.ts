import { policyName } from '../../aws/autoscaling.ts';
import type { Service } from '../../fleet/fleet.ts';
import { type Applied, type ApplyOptions, applyChanges } from '../../release/apply-changes.ts';
import { lookAtScaling, type ScalingSources } from './look.ts';
import type { PlannedScaling, ScalingChange, ScalingPlan } from './plan.ts';

/** Milliseconds. What AWS answers is what it does; only its alarms may be described a little later. */
const PATIENCE = 20_000;

/** Registers services and puts their policies; ends when AWS describes both, with alarms that are there. */
export function applyScaling(
  options: Omit<ApplyOptions<ScalingPlan>, 'patience'>,
  services: Service[],
  sources: ScalingSources,
): Promise<Applied<ScalingPlan>> {
  return applyChanges(
    {
      look: () => lookAtScaling(services, sources),
      nameOf: ({ service }) => service.name,
      make: (change) => make(change, options.fleet.name, sources),
      lacks: ({ services: planned }) => planned.flatMap(outside),
      refused: ({ services: planned }) =>
        planned
          .filter(({ action }) => action === 'absent')
          .map(
            ({ service, ecsService }) =>
              `${service}: there is no ECS service ${ecsService} yet: gsys deploy ${service}`,
          ),
      command: 'gsys autoscale',
    },
    { ...options, patience: PATIENCE },
  );
}

/** The target first: policies belong to one. */
async function make(
  { service, registered, parts, policies }: ScalingChange,
  fleet: string,
  { scaling }: ScalingSources,
): Promise<void> {
  const { ecsService, scaling: wanted } = service;
  for (const part of parts) {
    if (part === 'bounds') await scaling.register(ecsService, wanted, fleet, registered);
    else {
      const found = policies.find(({ name }) => name === policyName(part));
      await scaling.track(ecsService, part, wanted[part], found);
    }
  }
}

function outside({ service, action, desired, scaling: { min, max } }: PlannedScaling): string[] {
  if (action !== 'unchanged' || desired === undefined || (desired >= min && desired <= max)) return [];
  return [`${service} desires ${desired} tasks, which is not ${min} to ${max}`];
}
