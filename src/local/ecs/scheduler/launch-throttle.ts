/**
 * Slows down the replacement of tasks that never came to run well: a second after the first failure, then twice
 * as long each time, up to half a minute. (ECS takes up to 27 minutes; nobody wants to wait for that here.)
 */
export interface LaunchThrottle {
  /** Milliseconds to wait before the next start; 0 for none. */
  waitFor(deployment: string, elapsed: number): number;
  failed(deployment: string, elapsed: number): void;
  ranWell(deployment: string): void;
}

const FIRST = 1000;
const LONGEST = 30_000;

export function createLaunchThrottle(): LaunchThrottle {
  const waits = new Map<string, { delay: number; until: number }>();
  return {
    waitFor: (deployment, elapsed) => Math.max(0, (waits.get(deployment)?.until ?? 0) - elapsed),
    failed(deployment, elapsed) {
      const before = waits.get(deployment);
      // Tasks that were started together fail together: that is one failure.
      if (before && elapsed < before.until) return;
      const delay = before ? Math.min(before.delay * 2, LONGEST) : FIRST;
      waits.set(deployment, { delay, until: elapsed + delay });
    },
    ranWell: (deployment) => void waits.delete(deployment),
  };
}
