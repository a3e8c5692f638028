import { type Alarms, alarms } from '../../aws/alarms.ts';
import { type Autoscaling, autoscaling } from '../../aws/autoscaling.ts';
import type { AwsAccess } from '../../aws/clients.ts';
import { type Ecs, ecs } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { planScaling, type ScalingChange, type ScalingPlan } from './plan.ts';

export interface ScalingSources {
  ecs: Pick<Ecs, 'describeServices'>;
  scaling: Autoscaling;
  alarms: Pick<Alarms, 'describe'>;
}

export function scalingSources(access: AwsAccess): ScalingSources {
  return { ecs: ecs(access), scaling: autoscaling(access), alarms: alarms(access) };
}

/** One look at how services scale, next to the definition: a handful of requests, however many services there are. */
export async function lookAtScaling(
  services: Service[],
  { ecs, scaling, alarms }: ScalingSources,
): Promise<{ plan: ScalingPlan; changes: ScalingChange[] }> {
  const names = services.map(({ ecsService }) => ecsService);
  const [states, targets, all] = await Promise.all([
    ecs.describeServices(names),
    scaling.targets(names),
    scaling.policies(),
  ]);
  const policies = all.filter(({ ecsService }) => names.includes(ecsService));
  const described = await alarms.describe(policies.flatMap((policy) => policy.alarms));
  const existing = described.map(({ name }) => name);
  return planScaling(
    services.map((service) => {
      const isIts = (one: { ecsService: string }) => one.ecsService === service.ecsService;
      return {
        service,
        state: states.services.find(({ name, status }) => name === service.ecsService && status === 'ACTIVE'),
        view: { target: targets.find(isIts), policies: policies.filter(isIts), alarms: existing },
      };
    }),
  );
}
