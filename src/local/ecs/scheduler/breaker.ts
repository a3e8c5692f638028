import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';

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
