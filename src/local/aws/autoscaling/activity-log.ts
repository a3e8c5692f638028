import type { ScalingActivity } from '@aws-sdk/client-application-auto-scaling';
import type { ScalableServices } from '../../ports.ts';
import { type ActivityRecord, DIMENSION, NAMESPACE, type Records } from './records.ts';

export interface ActivityLog {
  /** Sets the desired count and writes it down. */
  scale(resourceId: string, to: number, cause: string): void;
  /** Something was to be scaled and was not. */
  notScaled(
    resourceId: string,
    cause: string,
    reason: NonNullable<ActivityRecord['notScaled']>[number],
  ): void;
  /** Newest first. */
  list(resourceId?: string): ScalingActivity[];
  forget(resourceId: string): void;
}

/** AWS keeps six weeks; a resource has this many here. */
const KEPT = 200;

export function openActivityLog(
  { activities }: Records,
  services: ScalableServices,
  { clock, randomId }: { clock(): number; randomId(): string },
): ActivityLog {
  const add = (resourceId: string, activity: Omit<ActivityRecord, 'id' | 'resourceId' | 'startedAt'>) => {
    const record = { id: randomId(), resourceId, startedAt: clock(), ...activity };
    activities.set(resourceId, [record, ...settled(resourceId, true)].slice(0, KEPT));
  };

  /** An activity ends when the service runs what it set, or when the next one begins. */
  const settled = (resourceId: string, overridden: boolean): ActivityRecord[] => {
    const [latest, ...rest] = activities.get(resourceId) ?? [];
    if (latest?.status !== 'InProgress' || latest.to === undefined) return latest ? [latest, ...rest] : [];
    const service = services.find(resourceId);
    const fulfilled = service?.runningCount === latest.to;
    if (!fulfilled && !overridden) return [latest, ...rest];
    const end: Partial<ActivityRecord> = fulfilled
      ? { status: 'Successful', message: fulfilledMessage(latest.to) }
      : { status: 'Overridden' };
    const all = [{ ...latest, ...end, endedAt: clock() }, ...rest];
    activities.set(resourceId, all);
    return all;
  };

  return {
    scale(resourceId, to, cause) {
      services.setDesiredCount(resourceId, to);
      const message = `Successfully set desired count to ${to}. Waiting for change to be fulfilled by ecs.`;
      add(resourceId, {
        description: `Setting desired count to ${to}.`,
        cause,
        status: 'InProgress',
        message,
        to,
      });
    },
    notScaled(resourceId, cause, reason) {
      const description = 'Attempting to scale due to alarm triggered';
      add(resourceId, { description, cause, status: 'Failed', endedAt: clock(), notScaled: [reason] });
    },
    list(resourceId) {
      const of = resourceId === undefined ? activities.keys() : [resourceId];
      return of
        .flatMap((id) => settled(id, false))
        .sort((a, b) => b.startedAt - a.startedAt)
        .map(activityView);
    },
    forget: (resourceId) => activities.delete(resourceId),
  };
}

function fulfilledMessage(to: number): string {
  return `Successfully set desired count to ${to}. Change successfully fulfilled by ecs.`;
}

function activityView(record: ActivityRecord): ScalingActivity {
  return {
    ActivityId: record.id,
    ServiceNamespace: NAMESPACE,
    ResourceId: record.resourceId,
    ScalableDimension: DIMENSION,
    Description: record.description,
    Cause: record.cause,
    StartTime: new Date(record.startedAt),
    EndTime: record.endedAt === undefined ? undefined : new Date(record.endedAt),
    StatusCode: record.status,
    StatusMessage: record.message,
    NotScaledReasons: record.notScaled,
  };
}
