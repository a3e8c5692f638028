import type { PlannedScaling, ScalingPlan } from '../lib/capacity/autoscale/plan.ts';
import { type Paint, plain } from './paint.ts';
import { table } from './table.ts';

const COLOURS = { create: 'green', update: 'yellow', unchanged: 'dim', absent: 'red' } as const;

/** Every service with how it should scale, and under it what would change. */
export function scalingPlanText({ services }: ScalingPlan, paint: Paint): string {
  const rows = services.map(({ service, action, scaling, desired }) => [
    paint(COLOURS[action], action),
    service,
    desired === undefined ? '-' : String(desired),
    `${scaling.min} to ${scaling.max}`,
    `${scaling.cpu} %`,
    `${scaling.memory} %`,
  ]);
  const differing = services.filter(({ action }) => action !== 'unchanged').length;
  return [
    table(['ACTION', 'SERVICE', 'DESIRED', 'TASKS', 'CPU', 'MEMORY'], rows),
    ...services.flatMap((service) => details(service, paint)),
    `${differing} of ${services.length} services differ`,
  ].join('\n');
}

function details(planned: PlannedScaling, paint: Paint): string[] {
  const { service, ecsService, action, changes, atOnce, suspended, foreignPolicies } = planned;
  const lines = [
    ...(action === 'absent' ? [paint('red', `there is no ECS service ${ecsService} yet`)] : []),
    // Of a service that nothing scales yet, everything is new.
    ...(action === 'update' ? changes : []),
    ...(atOnce === undefined ? [] : [paint('yellow', `at once, ${atOnce}`)]),
    ...(suspended.length === 0
      ? []
      : [paint('yellow', `${suspended.join(' and ')} is suspended, and stays so`)]),
    ...(foreignPolicies.length === 0
      ? []
      : [paint('yellow', `is scaled by ${plain(foreignPolicies.join(', '))} too`)]),
  ];
  return lines.map((line) => `${service}  ${line}`);
}
