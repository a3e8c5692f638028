import type { Tag } from '@aws-sdk/client-ecs';
import type { DefinitionRecord, DeploymentRecord, ServiceRecord } from '../records.ts';
import type { World } from '../world.ts';
import type { TaskRequest } from './new-task.ts';

interface ServicePart {
  definition: DefinitionRecord;
  service: ServiceRecord;
  deployment: DeploymentRecord;
}

/** A task that a service wants. */
export function serviceTask(world: World, { definition, service, deployment }: ServicePart): TaskRequest {
  const cluster = world.clusters.get(service.cluster);
  if (!cluster) throw new Error(`service ${service.name} is in no cluster`);
  return {
    cluster,
    definition,
    group: `service:${service.name}`,
    service: service.arn,
    startedBy: deployment.id,
    platformVersion: deployment.spec.platformVersion,
    enableExecuteCommand: service.enableExecuteCommand,
    tags: [...managedTags(service), ...propagated(service, definition)],
  };
}

function managedTags({ managedTags, cluster, name }: ServiceRecord): Tag[] {
  if (!managedTags) return [];
  return [
    { key: 'aws:ecs:clusterName', value: cluster },
    { key: 'aws:ecs:serviceName', value: name },
  ];
}

function propagated({ propagateTags, tags }: ServiceRecord, definition: DefinitionRecord): Tag[] {
  if (propagateTags === 'SERVICE') return tags;
  return propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
}
