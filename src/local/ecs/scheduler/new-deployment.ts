import { arnOf } from '../arns.ts';
import { forgetOldDeployments } from '../keep-bounded.ts';
import type { DeploymentRecord, RevisionRecord, ServiceDeploymentRecord, ServiceRecord } from '../records.ts';
import type { World } from '../world.ts';
import { failureThreshold } from './breaker.ts';
import { isRunning } from './rollout.ts';
import { supersede } from './service-deployment.ts';

/** Begins a deployment of what the service says now: a revision, a PRIMARY, and the record of how it goes. */
export function beginDeployment(world: World, service: ServiceRecord): void {
  const now = world.clock.now();
  const clusterArn = arnOf(world, `cluster/${service.cluster}`);
  const place = `${service.cluster}/${service.name}`;
  const revision: RevisionRecord = {
    arn: arnOf(world, `service-revision/${place}/${world.ids.number()}`),
    service: service.arn,
    clusterArn,
    taskDefinition: service.taskDefinition,
    spec: service.spec,
    images: imagesOf(world, service.taskDefinition),
    createdAt: now,
  };
  const before = world.serviceDeployments.get(service.serviceDeployment);
  if (before) {
    supersede(before, now);
    world.serviceDeployments.set(before.arn, before);
  }
  const breaker = service.configuration.deploymentCircuitBreaker;
  const record: ServiceDeploymentRecord = {
    arn: arnOf(world, `service-deployment/${place}/${world.ids.serviceDeployment()}`),
    service: service.arn,
    clusterArn,
    status: 'PENDING',
    createdAt: now,
    updatedAt: now,
    sources: service.deployments.map((deployment) => sourceOf(world, service, deployment)),
    target: { arn: revision.arn, requested: service.desiredCount, running: 0, pending: 0 },
    configuration: service.configuration,
    breaker: {
      status: breaker?.enable ? 'MONITORING' : 'DISABLED',
      failureCount: 0,
      threshold: failureThreshold(breaker, service.desiredCount),
    },
    alarms: watchedAlarms(world, service),
  };
  const id = `ecs-svc/${world.ids.number()}`;
  const primary: DeploymentRecord = {
    id,
    revision: revision.arn,
    status: 'PRIMARY',
    taskDefinition: service.taskDefinition,
    spec: service.spec,
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    settled: false,
  };
  service.deployments = [
    primary,
    ...service.deployments.map((one) => ({ ...one, status: 'ACTIVE' as const })),
  ];
  service.serviceDeployment = record.arn;
  service.steady = false;
  world.revisions.set(revision.arn, revision);
  world.serviceDeployments.set(record.arn, record);
  forgetOldDeployments(world, service.arn);
}

function imagesOf(world: World, taskDefinition: string): RevisionRecord['images'] {
  const containers = world.definitions.get(taskDefinition)?.containerDefinitions ?? [];
  return containers.map(({ name, image }) => ({ containerName: name, image }));
}

/** Alarms that fire already are not watched: what is being deployed may be the cure. */
function watchedAlarms(world: World, { configuration }: ServiceRecord): ServiceDeploymentRecord['alarms'] {
  const { enable = false, alarmNames: names = [] } = configuration.alarms ?? {};
  const watch = enable && names.every((name) => world.alarms.stateOf(name) !== 'ALARM');
  return { status: watch ? 'MONITORING' : 'DISABLED', names, triggered: [] };
}

function sourceOf(world: World, service: ServiceRecord, { id, revision, status }: DeploymentRecord) {
  const own = world.tasks.ofService(service.arn).filter((task) => task.startedBy === id);
  const requested = status === 'PRIMARY' ? service.desiredCount : 0;
  return { arn: revision, requested, running: own.filter(isRunning).length, pending: 0 };
}
