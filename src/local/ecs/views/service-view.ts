import type { Deployment, Service, ServiceField } from '@aws-sdk/client-ecs';
import { arnOf } from '../arns.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts';
import { isPending, isRunning } from '../scheduler/rollout.ts';
import { PLATFORM_VERSION } from '../tasks/new-task.ts';
import type { World } from '../world.ts';
import { date } from './times.ts';

export function serviceView(world: World, service: ServiceRecord, include: ServiceField[] = []): Service {
  const tasks = world.tasks.ofService(service.arn);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: arnOf(world, `cluster/${service.cluster}`),
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    ...service.spec,
    loadBalancers: service.spec.loadBalancers ?? [],
    serviceRegistries: service.spec.serviceRegistries ?? [],
    platformVersion: service.spec.platformVersion ?? 'LATEST',
    platformFamily: 'Linux',
    taskDefinition: service.taskDefinition,
    deploymentConfiguration: service.configuration,
    deployments:
      service.status === 'INACTIVE' ? [] : service.deployments.map((one) => deployment(one, service, tasks)),
    events: service.events.map(({ id, createdAt, message }) => ({ id, createdAt: date(createdAt), message })),
    createdAt: date(service.createdAt),
    currentServiceDeployment: service.serviceDeployment,
    currentServiceRevisions: currentRevisions(service, tasks),
    placementConstraints: [],
    placementStrategy: [],
    healthCheckGracePeriodSeconds: service.healthGrace,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    createdBy: `arn:aws:iam::${world.account}:root`,
    enableECSManagedTags: service.managedTags,
    propagateTags: service.propagateTags ?? 'NONE',
    enableExecuteCommand: service.enableExecuteCommand,
    ...(include.includes('TAGS') ? { tags: service.tags } : {}),
  };
}

function deployment(record: DeploymentRecord, service: ServiceRecord, tasks: TaskRecord[]): Deployment {
  const own = tasks.filter((task) => task.startedBy === record.id);
  return {
    id: record.id,
    status: record.status,
    taskDefinition: record.taskDefinition,
    desiredCount: requested(record, service, own),
    pendingCount: own.filter(isPending).length,
    runningCount: own.filter(isRunning).length,
    failedTasks: record.failedTasks,
    createdAt: date(record.createdAt),
    updatedAt: date(record.updatedAt),
    launchType: record.spec.launchType,
    capacityProviderStrategy: record.spec.capacityProviderStrategy,
    networkConfiguration: record.spec.networkConfiguration,
    platformVersion: record.spec.platformVersion ?? PLATFORM_VERSION,
    platformFamily: 'Linux',
    rolloutState: record.rolloutState,
    rolloutStateReason: record.rolloutStateReason,
  };
}

/** A deployment on its way out wants those of its tasks that have not been told to stop. */
function requested(record: DeploymentRecord, service: ServiceRecord, own: TaskRecord[]): number {
  if (record.status === 'PRIMARY') return service.desiredCount;
  return own.filter((task) => task.desiredStatus === 'RUNNING').length;
}

function currentRevisions(service: ServiceRecord, tasks: TaskRecord[]) {
  return service.deployments.map((record) => {
    const own = tasks.filter((task) => task.startedBy === record.id);
    return {
      arn: record.revision,
      requestedTaskCount: requested(record, service, own),
      runningTaskCount: own.filter(isRunning).length,
      pendingTaskCount: own.filter(isPending).length,
    };
  });
}
