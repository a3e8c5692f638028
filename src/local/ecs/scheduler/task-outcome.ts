import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts';

/** Whether the end of a task speaks against its deployment; being scaled away or stopped by hand does not. */
export function isFailure({ stopCode, unhealthy }: TaskRecord): boolean {
  return stopCode === 'TaskFailedToStart' || stopCode === 'EssentialContainerExited' || unhealthy;
}

/**
 * failedTasks counts failures in a row, and neither counts nor looks any more once one task has run well, unless
 * `resetOnHealthyTask` is off. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
export function countFailure(service: ServiceRecord, task: TaskRecord, now: number): void {
  const deployment = deploymentOf(service, task);
  if (deployment?.rolloutState !== 'IN_PROGRESS') return;
  if (deployment.settled && resets(service)) return;
  deployment.failedTasks += 1;
  deployment.updatedAt = now;
}

export function countSuccess(service: ServiceRecord, task: TaskRecord, now: number): void {
  const deployment = deploymentOf(service, task);
  if (!deployment || deployment.settled) return;
  deployment.settled = true;
  if (resets(service) && deployment.rolloutState === 'IN_PROGRESS') deployment.failedTasks = 0;
  deployment.updatedAt = now;
}

function deploymentOf(service: ServiceRecord, task: TaskRecord): DeploymentRecord | undefined {
  return service.deployments.find(({ id }) => id === task.startedBy);
}

function resets(service: ServiceRecord): boolean {
  return service.configuration.deploymentCircuitBreaker?.resetOnHealthyTask !== false;
}
