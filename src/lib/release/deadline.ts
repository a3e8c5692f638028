import type { Service } from '../fleet/fleet.ts';

/** The circuit breaker's floor: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentCircuitBreaker.html */
const FAILURES_UNTIL_BREAK = 3;
/** Pulling images, attaching interfaces, draining old tasks, rolling back; seconds. */
const MARGIN = 180;

/** Seconds until a rollout that says nothing counts as failed: later than ECS's own verdict can be. */
export function rolloutDeadline(service: Pick<Service, 'health'>): number {
  return FAILURES_UNTIL_BREAK * healthDetection(service) + MARGIN;
}

/**
 * Seconds until ECS knows at the latest that a task is not healthy.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
export function healthDetection({ health }: Pick<Service, 'health'>): number {
  return health.startPeriod + health.retries * health.interval + health.timeout;
}

/** Seconds between looks: often at first, when much happens, then ever more calmly. */
export function pollPause(elapsed: number, chance: number): number {
  const calm = Math.min(5, Math.max(0.5, elapsed / 10));
  return calm * (0.8 + 0.4 * chance);
}
