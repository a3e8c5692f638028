import type { Tag, TaskOverride } from '@aws-sdk/client-ecs';
import { arnOf } from '../arns.ts';
import type { ClusterRecord, DefinitionRecord, TaskRecord } from '../records.ts';
import type { World } from '../world.ts';

export interface TaskRequest {
  cluster: ClusterRecord;
  definition: DefinitionRecord;
  group: string;
  service?: string;
  startedBy?: string | undefined;
  overrides?: TaskOverride | undefined;
  platformVersion?: string | undefined;
  enableExecuteCommand?: boolean | undefined;
  tags?: Tag[] | undefined;
}

/** What Fargate calls LATEST today. */
export const PLATFORM_VERSION = '1.4.0';

export function newTask(world: World, request: TaskRequest, address: string): TaskRecord {
  const { cluster, definition } = request;
  const id = world.ids.task();
  return {
    arn: arnOf(world, `task/${cluster.name}/${id}`),
    id,
    cluster: cluster.name,
    clusterArn: cluster.arn,
    definition: definition.taskDefinitionArn,
    group: request.group,
    service: request.service,
    startedBy: request.startedBy,
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    healthStatus: 'UNKNOWN',
    address,
    attachmentId: world.ids.uuid(),
    cpu: request.overrides?.cpu ?? String(definition.taskCpu),
    memory: request.overrides?.memory ?? String(definition.taskMemory),
    platformVersion: request.platformVersion ?? PLATFORM_VERSION,
    overrides: request.overrides ?? {},
    enableExecuteCommand: request.enableExecuteCommand ?? false,
    containers: definition.containerDefinitions.map(({ name, image, essential }) => ({
      arn: arnOf(world, `container/${cluster.name}/${id}/${world.ids.uuid()}`),
      name,
      image,
      essential: essential !== false,
      runtimeId: `${id}-${world.ids.number().slice(0, 10)}`,
      lastStatus: 'PENDING',
      healthStatus: 'UNKNOWN',
    })),
    version: 1,
    tags: request.tags ?? [],
    createdAt: world.clock.now(),
    counted: false,
    inGrace: false,
    unhealthy: false,
  };
}
