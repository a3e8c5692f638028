import type { ServiceState } from '../../aws/ecs.ts';
import type { Collector } from '../collector.ts';

export interface ServicesEvidence {
  /** Of the definition's services, those that ECS knows. */
  services: ServiceState[];
  /** Names of everything in the cluster. */
  inCluster: string[];
}

export const services: Collector<'services'> = {
  id: 'services',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const names = fleet.services.map(({ ecsService }) => ecsService);
    const [inCluster, described] = await Promise.all([
      aws.ecs.listServices(),
      aws.ecs.describeServices(names),
    ]);
    return { inCluster, services: described.services };
  },
};
