import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts';
import { failureThreshold } from './breaker.ts';
import { failDeployment } from './fail-deployment.ts';
import { finish, isOpen, type Rollout } from './service-deployment.ts';

/**
 * Moves a service's deployments on as far as its tasks allow: failed, rolled back, drained, completed, steady.
 * @returns sentences for the service's events, oldest first
 */
export function advanceRollout(rollout: Rollout): string[] {
  const { service, record } = rollout;
  const events: string[] = [];
  const primary = primaryOf(service);
  if (!primary || service.status !== 'ACTIVE') return events;
  if (record.status === 'PENDING') start(rollout);
  events.push(...failDeployment(rollout, primary));
  dropDrained(rollout);
  events.push(...complete(rollout));
  countTasks(rollout);
  return events;
}

export function primaryOf(service: ServiceRecord): DeploymentRecord | undefined {
  return service.deployments.find((deployment) => deployment.status === 'PRIMARY');
}

function start({ record, now }: Rollout): void {
  Object.assign(record, { status: 'IN_PROGRESS', startedAt: now, updatedAt: now });
}

function dropDrained({ service, tasks }: Rollout): void {
  service.deployments = service.deployments.filter(
    ({ id, status }) => status === 'PRIMARY' || tasks.some((task) => task.startedBy === id),
  );
}

/** Steady is: every wanted task is there and counts, and nothing else is left. */
function complete({ service, record, tasks, now }: Rollout): string[] {
  const primary = primaryOf(service);
  const own = tasks.filter((task) => task.startedBy === primary?.id && task.desiredStatus === 'RUNNING');
  const steady =
    own.length === service.desiredCount && own.length === tasks.length && own.every((task) => task.counted);
  const events: string[] = [];
  if (primary && steady && primary.rolloutState === 'IN_PROGRESS') {
    const rolledBack = record.status === 'ROLLBACK_IN_PROGRESS';
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = rolledBack
      ? `${record.rollback?.cause} rollback to deploymentId ${primary.id} completed.`
      : `ECS deployment ${primary.id} completed.`;
    primary.updatedAt = now;
    const { id, revision, taskDefinition, spec } = primary;
    service.lastCompleted = { id, revision, taskDefinition, spec };
    if (isOpen(record))
      finish(record, rolledBack ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL', record.statusReason, now);
    events.push(`(deployment ${id}) deployment completed.`);
  }
  if (steady && !service.steady) events.push('has reached a steady state.');
  service.steady = steady;
  return events;
}

/** The counts that the ServiceDeployment shows; they stay as they were when it ended. */
function countTasks({ service, record, tasks }: Rollout): void {
  const primary = primaryOf(service);
  for (const revision of [record.target, ...record.sources]) {
    const deployments = service.deployments.filter((deployment) => deployment.revision === revision.arn);
    const own = tasks.filter((task) => deployments.some(({ id }) => id === task.startedBy));
    revision.requested = deployments.some(({ id }) => id === primary?.id) ? service.desiredCount : 0;
    revision.running = own.filter(isRunning).length;
    revision.pending = own.filter(isPending).length;
  }
  const target = service.deployments.find(({ revision }) => revision === record.target.arn);
  const { breaker } = record;
  if (breaker.status === 'MONITORING' && target) breaker.failureCount = target.failedTasks;
  if (isOpen(record))
    breaker.threshold = failureThreshold(
      service.configuration.deploymentCircuitBreaker,
      service.desiredCount,
    );
}

export function isRunning(task: TaskRecord): boolean {
  return task.lastStatus === 'RUNNING';
}

export function isPending(task: TaskRecord): boolean {
  return ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus);
}
