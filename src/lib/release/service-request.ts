import type { EcsChanges } from '../aws/ecs-changes.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { FLEET_TAG } from '../fleet/names.ts';

type Create = Parameters<EcsChanges['createService']>[0];
type Update = Parameters<EcsChanges['updateService']>[0];

export function createRequest(
  fleet: Pick<Fleet, 'name' | 'environment'>,
  service: Service,
  taskDefinition: string,
): Create {
  const { targetGroupArn } = fleet.environment.gateway;
  const behindBalancer = service.kind === 'gateway' && targetGroupArn !== undefined;
  return {
    serviceName: service.ecsService,
    taskDefinition,
    desiredCount: service.desired,
    launchType: 'FARGATE',
    ...serviceSettings(fleet),
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    tags: [{ key: FLEET_TAG, value: fleet.name }],
    ...(behindBalancer && {
      loadBalancers: [{ targetGroupArn, containerName: service.ecsService, containerPort: service.port }],
    }),
  };
}

interface Change {
  /** New tasks even of the task definition that runs. */
  force: boolean;
  /** Undefined leaves what autoscaling or a person has set. */
  desired?: number | undefined;
}

export function updateRequest(
  fleet: Fleet,
  service: Service,
  taskDefinition: string,
  { force, desired }: Change,
): Update {
  return {
    service: service.ecsService,
    taskDefinition,
    forceNewDeployment: force,
    ...(desired !== undefined && { desiredCount: desired }),
    ...serviceSettings(fleet),
  };
}

/** What a service is besides its task definition and its number of tasks. */
export type ServiceSettings = ReturnType<typeof serviceSettings>;

export function serviceSettings(fleet: Pick<Fleet, 'environment'>) {
  return { deploymentConfiguration: deploymentOf(fleet), networkConfiguration: networkOf(fleet) };
}

/** By default two new tasks first, then two old ones stop; ECS itself goes back when the new ones do not live. */
function deploymentOf({ environment: { release } }: Pick<Fleet, 'environment'>) {
  return {
    minimumHealthyPercent: release.minimumHealthyPercent,
    maximumPercent: release.maximumPercent,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  };
}

export function networkOf({ environment }: Pick<Fleet, 'environment'>) {
  const { subnets, securityGroups, assignPublicIp } = environment.network;
  return {
    awsvpcConfiguration: {
      subnets,
      securityGroups,
      assignPublicIp: assignPublicIp ? ('ENABLED' as const) : ('DISABLED' as const),
    },
  };
}
