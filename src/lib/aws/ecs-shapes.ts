import type {
  DeploymentConfiguration,
  NetworkConfiguration,
  Service,
  ServiceDeployment,
  Task,
} from '@aws-sdk/client-ecs';

/** What gsys reads of an ECS service. */
export interface ServiceState {
  /** The ECS service's name. */
  name: string;
  arn: string;
  /** ACTIVE, DRAINING or INACTIVE (deleted). */
  status: string;
  /** ARN of what the service was last told to run. */
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
  createdAt: Date | undefined;
  /** Newest first; the first one is PRIMARY while the service lives. */
  deployments: DeploymentState[];
  /** ARN of the ServiceDeployment that is under way, or the last one. */
  currentServiceDeployment: string | undefined;
  events: { at: Date | undefined; message: string }[];
  /** As ECS has them. */
  networkConfiguration?: NetworkConfiguration | undefined;
  deploymentConfiguration?: DeploymentConfiguration | undefined;
}

export interface DeploymentState {
  /** `ecs-svc/…`: what its tasks carry in `startedBy`. Not a ServiceDeployment. */
  id: string;
  /** PRIMARY, ACTIVE or INACTIVE. */
  status: string;
  taskDefinition: string;
  desired: number;
  running: number;
  pending: number;
  failedTasks: number;
  /** COMPLETED, FAILED or IN_PROGRESS. */
  rollout: string;
  rolloutReason: string;
  createdAt: Date | undefined;
  updatedAt: Date | undefined;
}

export interface TaskState {
  arn: string;
  /** Last part of the ARN, also the last part of its log stream's name. */
  id: string;
  /** Of its group `service:NAME`; undefined for a one-off task. */
  ecsService: string | undefined;
  taskDefinition: string;
  lastStatus: string;
  desiredStatus: string;
  /** HEALTHY, UNHEALTHY or UNKNOWN. */
  health: string;
  startedBy: string | undefined;
  /** Private IPv4 address of its network interface. */
  address: string | undefined;
  createdAt: Date | undefined;
  startedAt: Date | undefined;
  stoppedAt: Date | undefined;
  stopCode: string | undefined;
  stoppedReason: string | undefined;
  containers: ContainerState[];
}

export interface ContainerState {
  name: string;
  image: string | undefined;
  imageDigest: string | undefined;
  lastStatus: string | undefined;
  health: string | undefined;
  exitCode: number | undefined;
  reason: string | undefined;
}

export interface ServiceDeploymentState {
  arn: string;
  serviceArn: string;
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL, … */
  status: string;
  reason: string;
  targetRevision: string | undefined;
  /** What it replaces; where a rollback goes. */
  sourceRevisions: string[];
  /** Of the circuit breaker. */
  failureCount: number;
  threshold: number;
  createdAt: Date | undefined;
  finishedAt: Date | undefined;
}

export function serviceState(service: Service): ServiceState {
  return {
    name: service.serviceName ?? '',
    arn: service.serviceArn ?? '',
    status: service.status ?? '',
    taskDefinition: service.taskDefinition ?? '',
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    createdAt: service.createdAt,
    deployments: (service.deployments ?? []).map((deployment) => ({
      id: deployment.id ?? '',
      status: deployment.status ?? '',
      taskDefinition: deployment.taskDefinition ?? '',
      desired: deployment.desiredCount ?? 0,
      running: deployment.runningCount ?? 0,
      pending: deployment.pendingCount ?? 0,
      failedTasks: deployment.failedTasks ?? 0,
      rollout: deployment.rolloutState ?? '',
      rolloutReason: deployment.rolloutStateReason ?? '',
      createdAt: deployment.createdAt,
      updatedAt: deployment.updatedAt,
    })),
    currentServiceDeployment: service.currentServiceDeployment,
    events: (service.events ?? []).map(({ createdAt, message }) => ({
      at: createdAt,
      message: message ?? '',
    })),
    networkConfiguration: service.networkConfiguration,
    deploymentConfiguration: service.deploymentConfiguration,
  };
}

export function taskState(task: Task): TaskState {
  const arn = task.taskArn ?? '';
  return {
    arn,
    id: arn.split('/').at(-1) ?? arn,
    ecsService: task.group?.startsWith('service:') ? task.group.slice('service:'.length) : undefined,
    taskDefinition: task.taskDefinitionArn ?? '',
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    health: task.healthStatus ?? 'UNKNOWN',
    startedBy: task.startedBy,
    address: addressOf(task),
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? '',
      image: container.image,
      imageDigest: container.imageDigest,
      lastStatus: container.lastStatus,
      health: container.healthStatus,
      exitCode: container.exitCode,
      reason: container.reason,
    })),
  };
}

export function serviceDeploymentState(deployment: ServiceDeployment): ServiceDeploymentState {
  return {
    arn: deployment.serviceDeploymentArn ?? '',
    serviceArn: deployment.serviceArn ?? '',
    status: deployment.status ?? '',
    reason: deployment.statusReason ?? '',
    targetRevision: deployment.targetServiceRevision?.arn,
    sourceRevisions: (deployment.sourceServiceRevisions ?? []).flatMap(({ arn }) => arn ?? []),
    failureCount: deployment.deploymentCircuitBreaker?.failureCount ?? 0,
    threshold: deployment.deploymentCircuitBreaker?.threshold ?? 0,
    createdAt: deployment.createdAt,
    finishedAt: deployment.finishedAt,
  };
}

function addressOf(task: Task): string | undefined {
  const details = task.attachments?.flatMap((attachment) => attachment.details ?? []) ?? [];
  return details.find(({ name }) => name === 'privateIPv4Address')?.value;
}
