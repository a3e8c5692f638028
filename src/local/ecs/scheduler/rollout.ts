import type { DeploymentRecord, ServiceDeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts';
import { failureThreshold } from './breaker.ts';

/** One service, its latest ServiceDeployment, and its tasks that have not stopped yet. */
export interface Rollout {
  service: ServiceRecord;
  record: ServiceDeploymentRecord;
  tasks: TaskRecord[];
  now: number;
}

const BREAKER = 'ECS deployment circuit breaker:';
const STOPPED_BY_USER = 'The service deployment was stopped by a user.';

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
  if (record.status === 'ROLLBACK_REQUESTED') {
    fail(primary, STOPPED_BY_USER, rollout.now);
    events.push(...rollBack(rollout, primary, STOPPED_BY_USER));
  }
  if (breakerTrips(rollout, primary)) events.push(...trip(rollout, primary));
  dropDrained(rollout);
  events.push(...complete(rollout));
  countTasks(rollout);
  return events;
}

export function primaryOf(service: ServiceRecord): DeploymentRecord | undefined {
  return service.deployments.find((deployment) => deployment.status === 'PRIMARY');
}

export function isOpen(record: ServiceDeploymentRecord): boolean {
  return ['PENDING', 'IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'].includes(record.status);
}

/** Ends a ServiceDeployment that another one takes the place of. */
export function supersede(record: ServiceDeploymentRecord, now: number): void {
  if (!isOpen(record)) return;
  Object.assign(record, { status: 'STOPPED', statusReason: 'A newer service deployment replaced it.' });
  record.stoppedAt = now;
  close(record, now);
}

function start({ record, now }: Rollout): void {
  Object.assign(record, { status: 'IN_PROGRESS', startedAt: now, updatedAt: now });
}

function breakerTrips({ service, record }: Rollout, primary: DeploymentRecord): boolean {
  const breaker = service.configuration.deploymentCircuitBreaker;
  if (!breaker?.enable || primary.rolloutState !== 'IN_PROGRESS' || !isOpen(record)) return false;
  return primary.failedTasks >= failureThreshold(breaker, service.desiredCount);
}

function trip(rollout: Rollout, primary: DeploymentRecord): string[] {
  const { service, record, now } = rollout;
  const reason = `${BREAKER} tasks failed to start.`;
  fail(primary, reason, now);
  const events = [`(deployment ${primary.id}) deployment failed: tasks failed to start.`];
  if (record.status === 'ROLLBACK_IN_PROGRESS') {
    finish(record, 'ROLLBACK_FAILED', reason, now);
    return events;
  }
  record.breaker.status = 'TRIGGERED';
  record.breaker.failureCount = primary.failedTasks;
  if (service.configuration.deploymentCircuitBreaker?.rollback)
    return [...events, ...rollBack(rollout, primary, reason)];
  record.stoppedAt = now;
  finish(record, 'STOPPED', reason, now);
  return events;
}

function fail(deployment: DeploymentRecord, reason: string, now: number): void {
  Object.assign(deployment, { rolloutState: 'FAILED', rolloutStateReason: reason, updatedAt: now });
}

/** Makes the last completed deployment PRIMARY again. The first one of a service has nowhere to go. */
function rollBack(
  { service, record, tasks, now }: Rollout,
  failed: DeploymentRecord,
  reason: string,
): string[] {
  const target = service.lastCompleted;
  if (!target || target.id === failed.id) {
    finish(record, 'ROLLBACK_FAILED', `${reason} There is no completed deployment to roll back to.`, now);
    return [];
  }
  const ready = tasks.some((task) => task.startedBy === target.id && task.counted);
  const primary: DeploymentRecord = {
    ...(service.deployments.find(({ id }) => id === target.id) ?? { createdAt: now }),
    ...target,
    status: 'PRIMARY',
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `${cause(record)}rolling back to deploymentId ${target.id}.`,
    failedTasks: 0,
    settled: ready,
  };
  failed.status = 'ACTIVE';
  service.deployments = [primary, ...service.deployments.filter(({ id }) => id !== target.id)];
  service.taskDefinition = target.taskDefinition;
  service.spec = target.spec;
  Object.assign(record, { status: 'ROLLBACK_IN_PROGRESS', statusReason: reason, updatedAt: now });
  record.rollback = { reason, startedAt: now, revision: target.revision };
  return [`rolling back to deployment ${target.id}.`];
}

function cause(record: ServiceDeploymentRecord): string {
  return record.breaker.status === 'TRIGGERED' ? `${BREAKER} ` : `${STOPPED_BY_USER} `;
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
      ? `${cause(record)}rollback to deploymentId ${primary.id} completed.`
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

function finish(
  record: ServiceDeploymentRecord,
  status: ServiceDeploymentRecord['status'],
  reason: string | undefined,
  now: number,
): void {
  record.status = status;
  if (reason !== undefined) record.statusReason = reason;
  close(record, now);
}

function close(record: ServiceDeploymentRecord, now: number): void {
  record.finishedAt = now;
  record.updatedAt = now;
  if (record.breaker.status === 'MONITORING') record.breaker.status = 'MONITORING_COMPLETE';
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
