import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';
import type { ServiceRecord, TaskRecord } from '../records.ts';

/**
 * How many failed tasks end a deployment: half of the desired count, at least 3 and at most 200, unless the
 * service says otherwise.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html
 */
export function failureThreshold(breaker: DeploymentCircuitBreaker | undefined, desired: number): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } = breaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return Math.max(1, value);
  const share = Math.ceil((desired * value) / 100);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}

/**
 * How many tasks may be started before the breaker has to know what becomes of those on their way: once one has
 * failed, no more than the failures that it still bears.
 * @param tasks of the service that have not stopped yet
 */
export function failuresLeft(
  { deployments, configuration, desiredCount }: ServiceRecord,
  tasks: TaskRecord[],
): number {
  const breaker = configuration.deploymentCircuitBreaker;
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  if (!breaker?.enable || primary?.rolloutState !== 'IN_PROGRESS' || primary.failedTasks === 0)
    return Infinity;
  const unproven = tasks.filter(
    (task) => task.startedBy === primary.id && task.desiredStatus === 'RUNNING' && !task.counted,
  );
  return Math.max(0, failureThreshold(breaker, desiredCount) - primary.failedTasks - unproven.length);
}
