import type { ScalableServices } from '../ports.ts';
import { arnOf } from './arns.ts';
import type { ServiceRecord } from './records.ts';
import { isRunning } from './scheduler/rollout.ts';
import { isOpen } from './scheduler/service-deployment.ts';
import type { World } from './world.ts';

/** @param changed is told of a service whose count was set */
export function scalableServices(world: World, changed: (service: string) => void): ScalableServices {
  const find = (resourceId: string): ServiceRecord | undefined => {
    const service = world.services.get(arnOf(world, resourceId));
    return service?.status === 'ACTIVE' ? service : undefined;
  };
  return {
    find(resourceId) {
      const service = find(resourceId);
      if (!service) return undefined;
      const record = world.serviceDeployments.get(service.serviceDeployment);
      return {
        desiredCount: service.desiredCount,
        runningCount: world.tasks.ofService(service.arn).filter(isRunning).length,
        deploying: record !== undefined && isOpen(record),
      };
    },
    setDesiredCount(resourceId, count) {
      const service = find(resourceId);
      if (!service) return;
      service.desiredCount = count;
      world.services.set(service.arn, service);
      changed(service.arn);
    },
  };
}
