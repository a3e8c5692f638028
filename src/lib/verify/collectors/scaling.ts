import type { PolicyState, TargetState } from '../../aws/autoscaling.ts';
import type { Collector } from '../collector.ts';

export interface ScalingEvidence {
  /** Of the definition's services, those that are registered. */
  targets: TargetState[];
  /** Of everything in the cluster. */
  policies: PolicyState[];
  /** Names of the policies' alarms that exist. */
  alarms: string[];
}

export const scaling: Collector<'scaling'> = {
  id: 'scaling',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const names = fleet.services.map(({ ecsService }) => ecsService);
    const [targets, all] = await Promise.all([aws.scaling.targets(names), aws.scaling.policies()]);
    const policies = all.filter(({ ecsService }) => names.includes(ecsService));
    const alarms = await aws.alarms.describe(policies.flatMap((policy) => policy.alarms));
    return { targets, policies, alarms: alarms.map(({ name }) => name) };
  },
};
