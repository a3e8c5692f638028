import type { ServiceRecord } from '../records.ts';
import { isRunning } from '../scheduler/rollout.ts';
import type { World } from '../world.ts';

/** How many tasks of a service ran, between two reports. */
export interface RunningCounts {
  /** Something about the service is new. */
  look(service: string): void;
  /** The lowest count since the last time, where it was lower, and the count now. */
  take(service: ServiceRecord): number[];
}

/** Scheduler milliseconds. */
const MINUTE = 60_000;

/**
 * A task that dies and is replaced at once is a dip of a second, which no report at intervals would show. A service
 * that has just come up is not counted until it runs what it desires, or a minute has passed: the counts of AWS come
 * once a minute, and a rise that takes seconds is not in them.
 */
export function createRunningCounts({ clock, services, tasks }: World): RunningCounts {
  const firstSeen = new Map<string, number>();
  const risen = new Set<string>();
  const lowest = new Map<string, number>();

  const now = (arn: string) => tasks.ofService(arn).filter(isRunning).length;
  const hasRisen = ({ arn, desiredCount }: ServiceRecord): boolean => {
    if (risen.has(arn)) return true;
    const since = firstSeen.get(arn) ?? clock.elapsed();
    firstSeen.set(arn, since);
    if (now(arn) < desiredCount && clock.elapsed() - since < MINUTE) return false;
    firstSeen.delete(arn);
    risen.add(arn);
    return true;
  };

  return {
    look(arn) {
      const service = services.get(arn);
      // One of the same name that comes after it rises anew.
      if (service?.status !== 'ACTIVE') risen.delete(arn);
      else if (hasRisen(service))
        lowest.set(arn, Math.min(lowest.get(arn) ?? Number.POSITIVE_INFINITY, now(arn)));
    },
    take(service) {
      if (!hasRisen(service)) return [];
      const count = now(service.arn);
      const dip = lowest.get(service.arn) ?? count;
      lowest.delete(service.arn);
      return dip < count ? [dip, count] : [count];
    },
  };
}
