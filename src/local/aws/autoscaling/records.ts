import type {
  NotScaledReason,
  ScalableTarget,
  ScalingActivityStatusCode,
  SuspendedState,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { Collection, Store } from '../../store.ts';
import type { Tags } from '../tags.ts';

/** What is kept, as plain JSON. Times are milliseconds since the epoch. */
export interface TargetRecord {
  arn: string;
  /** `service/cluster/name`. */
  resourceId: string;
  min: number;
  max: number;
  roleArn: string;
  suspended: Required<SuspendedState>;
  createdAt: number;
  tags: Tags;
}

export interface PolicyRecord {
  arn: string;
  name: string;
  resourceId: string;
  config: TargetTrackingScalingPolicyConfiguration & { TargetValue: number };
  /** Names. A policy that never scales in has no low one. */
  alarms: { high: string; low?: string | undefined };
  createdAt: number;
}

export interface ActivityRecord {
  id: string;
  resourceId: string;
  description: string;
  cause: string;
  startedAt: number;
  endedAt?: number;
  status: ScalingActivityStatusCode;
  message?: string;
  /** The desired count that it set; absent where nothing was scaled. */
  to?: number;
  notScaled?: NotScaledReason[];
}

export const NAMESPACE = 'ecs' satisfies ScalableTarget['ServiceNamespace'];
export const DIMENSION = 'ecs:service:DesiredCount' satisfies ScalableTarget['ScalableDimension'];

export interface Records {
  /** By resource id. */
  targets: Collection<TargetRecord>;
  /** By ARN. */
  policies: Collection<PolicyRecord>;
  /** By resource id, newest first. */
  activities: Collection<ActivityRecord[]>;
}

export function openRecords(store: Pick<Store, 'collection'>): Records {
  return {
    targets: store.collection('autoscaling-targets'),
    policies: store.collection('autoscaling-policies'),
    activities: store.collection('autoscaling-activities'),
  };
}
