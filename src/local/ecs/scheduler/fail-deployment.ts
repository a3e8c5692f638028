import type { DeploymentRecord } from '../records.ts';
import { failureThreshold } from './breaker.ts';
import { finish, isOpen, type Rollout } from './service-deployment.ts';

interface Failure {
  /** Whom the reasons name. */
  cause: string;
  reason: string;
  event?: string;
  next: 'roll back' | 'stop';
}

const BREAKER = 'ECS deployment circuit breaker:';
const ALARMS = 'ECS deployment alarms:';
const STOPPED_BY_USER = 'The service deployment was stopped by a user.';

/**
 * Ends the deployment that is under way, where somebody asked for that, the circuit breaker trips or an alarm fires.
 * A rollback that fails in turn is the end.
 * @returns sentences for the service's events, oldest first
 */
export function failDeployment(rollout: Rollout, primary: DeploymentRecord): string[] {
  const { record, now } = rollout;
  const failure = isOpen(record) ? findFailure(rollout, primary) : undefined;
  if (!failure) return [];
  const { reason, event } = failure;
  Object.assign(primary, { rolloutState: 'FAILED', rolloutStateReason: reason, updatedAt: now });
  const events = event === undefined ? [] : [`(deployment ${primary.id}) deployment failed: ${event}`];
  if (record.status === 'ROLLBACK_IN_PROGRESS') finish(record, 'ROLLBACK_FAILED', reason, now);
  else if (failure.next === 'roll back') events.push(...rollBack(rollout, primary, failure));
  else {
    record.stoppedAt = now;
    finish(record, 'STOPPED', reason, now);
  }
  return events;
}

function findFailure(rollout: Rollout, primary: DeploymentRecord): Failure | undefined {
  const { status } = rollout.record;
  const byUser = { cause: STOPPED_BY_USER, reason: STOPPED_BY_USER };
  if (status === 'ROLLBACK_REQUESTED') return { ...byUser, next: 'roll back' };
  if (status === 'STOP_REQUESTED') return { ...byUser, next: 'stop' };
  if (primary.rolloutState !== 'IN_PROGRESS') return undefined;
  return tooManyFailures(rollout, primary) ?? alarmDetected(rollout);
}

function tooManyFailures({ service, record }: Rollout, primary: DeploymentRecord): Failure | undefined {
  const breaker = service.configuration.deploymentCircuitBreaker;
  if (!breaker?.enable || primary.failedTasks < failureThreshold(breaker, service.desiredCount))
    return undefined;
  if (record.status !== 'ROLLBACK_IN_PROGRESS') {
    record.breaker.status = 'TRIGGERED';
    record.breaker.failureCount = primary.failedTasks;
  }
  return {
    cause: BREAKER,
    reason: `${BREAKER} tasks failed to start.`,
    event: 'tasks failed to start.',
    next: breaker.rollback ? 'roll back' : 'stop',
  };
}

function alarmDetected({ service, record, inAlarm }: Rollout): Failure | undefined {
  const { alarms } = record;
  // A rollback goes on whatever the alarms say: they are why it is needed.
  if (alarms.status !== 'MONITORING' || record.status === 'ROLLBACK_IN_PROGRESS') return undefined;
  const triggered = inAlarm(alarms.names);
  if (triggered.length === 0) return undefined;
  Object.assign(alarms, { status: 'TRIGGERED', triggered });
  return {
    cause: ALARMS,
    reason: `${ALARMS} alarm detected.`,
    event: 'alarm detected.',
    next: service.configuration.alarms?.rollback ? 'roll back' : 'stop',
  };
}

/** Makes the last completed deployment PRIMARY again. The first one of a service has nowhere to go. */
function rollBack(
  { service, record, tasks, now }: Rollout,
  failed: DeploymentRecord,
  { cause, reason }: Failure,
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
    rolloutStateReason: `${cause} rolling back to deploymentId ${target.id}.`,
    failedTasks: 0,
    settled: ready,
  };
  failed.status = 'ACTIVE';
  service.deployments = [primary, ...service.deployments.filter(({ id }) => id !== target.id)];
  service.taskDefinition = target.taskDefinition;
  service.spec = target.spec;
  Object.assign(record, { status: 'ROLLBACK_IN_PROGRESS', statusReason: reason, updatedAt: now });
  record.rollback = { cause, reason, startedAt: now, revision: target.revision };
  return [`rolling back to deployment ${target.id}.`];
}
