/** Seconds and counts of ECS's HealthCheck, defaults filled in. */
export interface HealthRule {
  interval: number;
  timeout: number;
  retries: number;
  startPeriod: number;
}

export interface HealthState {
  status: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  /** Failures in a row that count. */
  failures: number;
  /** When the last failure that counts was seen, in scheduler milliseconds since the container's start. */
  countedAt: number | undefined;
}

export const FIRST_HEALTH: HealthState = { status: 'UNKNOWN', failures: 0, countedAt: undefined };

/** Milliseconds between questions until the first success, as Docker's start interval. */
export const ASK_EVERY_UNTIL_HEALTHY = 1000;

/**
 * What one answer makes of a container's health. Until the first success the platform asks more often than
 * declared, which may find it healthy sooner but must not find it unhealthy sooner: failures count once per
 * interval, and not within the start period, which the first success ends.
 * @param at milliseconds since the container's start
 */
export function judgeHealth(state: HealthState, passed: boolean, at: number, rule: HealthRule): HealthState {
  if (passed) return { status: 'HEALTHY', failures: 0, countedAt: undefined };
  if (state.status === 'UNKNOWN') {
    const countFrom = (state.countedAt ?? rule.startPeriod * 1000) + rule.interval * 1000;
    if (at < countFrom) return state;
  }
  const failures = state.failures + 1;
  const status = failures >= rule.retries ? 'UNHEALTHY' : state.status;
  return { status, failures, countedAt: at };
}

/** Milliseconds until the next question. */
export function askAgainIn(state: HealthState, rule: HealthRule): number {
  return state.status === 'UNKNOWN' ? ASK_EVERY_UNTIL_HEALTHY : rule.interval * 1000;
}
