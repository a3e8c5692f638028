import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  type MetricType,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
  type ScalingPolicy,
  type TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { FLEET_TAG } from '../fleet/names.ts';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';

/** How far an ECS service may be scaled. */
export interface TargetState {
  ecsService: string;
  min: number;
  max: number;
  /** What somebody has suspended: `scaling in`, `scaling out`, `scheduled scaling`. */
  suspended: string[];
}

/** By what an ECS service is scaled. */
export interface PolicyState {
  ecsService: string;
  name: string;
  /** Undefined for what gsys makes no policies of: other metrics, step scaling. */
  metric: ScalingMetric | undefined;
  /** Percent. */
  target: number | undefined;
  scalesIn: boolean;
  /** Names of the alarms that it keeps in CloudWatch, and that set it off. */
  alarms: string[];
  /** All of it, for what gsys does not speak of. */
  tracking: TargetTrackingScalingPolicyConfiguration | undefined;
}

export type ScalingMetric = 'cpu' | 'memory';

/** Application Auto Scaling, for the desired counts of the environment's ECS services. */
export interface Autoscaling {
  /** Those of the services that are registered. */
  targets(ecsServices: string[]): Promise<TargetState[]>;
  /** Of all services of the cluster. */
  policies(): Promise<PolicyState[]>;
  /** Moves the service's desired count between these at once. What is suspended stays so. @param known is it there? */
  register(
    ecsService: string,
    bounds: { min: number; max: number },
    fleet: string,
    known: boolean,
  ): Promise<void>;
  /** Keeps a metric at so many percent. Its alarms are made with it, and again where they are gone. */
  track(
    ecsService: string,
    metric: ScalingMetric,
    percent: number,
    found: PolicyState | undefined,
  ): Promise<void>;
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
const PER_CALL = 50;
const COMMON = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
const METRICS = {
  cpu: 'ECSServiceAverageCPUUtilization',
  memory: 'ECSServiceAverageMemoryUtilization',
} as const satisfies Record<ScalingMetric, MetricType>;

export function autoscaling(access: AwsAccess): Autoscaling {
  const send = openClient(access, 'application-autoscaling', ApplicationAutoScalingClient);
  const place = `service/${access.environment.cluster}/`;
  return {
    // No ids would mean every service of the account: without batches there is no call.
    targets: (ecsServices) =>
      inBatches(ecsServices, PER_CALL, (slice) =>
        allPages(async (NextToken) => {
          const ResourceIds = slice.map((name) => place + name);
          const reply = await send(new DescribeScalableTargetsCommand({ ...COMMON, ResourceIds, NextToken }));
          return { items: (reply.ScalableTargets ?? []).map(targetState), next: reply.NextToken };
        }),
      ),

    // One request for each fifty of the account; by resource it would be one for each service.
    policies: () =>
      allPages(async (NextToken) => {
        const { ServiceNamespace } = COMMON;
        const reply = await send(new DescribeScalingPoliciesCommand({ ServiceNamespace, NextToken }));
        const own = (reply.ScalingPolicies ?? []).filter(({ ResourceId }) => ResourceId?.startsWith(place));
        return { items: own.map(policyState), next: reply.NextToken };
      }),

    async register(ecsService, { min, max }, fleet, known) {
      await send(
        new RegisterScalableTargetCommand({
          ...COMMON,
          ResourceId: place + ecsService,
          MinCapacity: min,
          MaxCapacity: max,
          // AWS takes them for new targets only.
          ...(!known && { Tags: { [FLEET_TAG]: fleet } }),
        }),
      );
    },

    async track(ecsService, metric, percent, found) {
      await send(
        new PutScalingPolicyCommand({
          ...COMMON,
          ResourceId: place + ecsService,
          PolicyName: policyName(metric),
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            ...found?.tracking,
            PredefinedMetricSpecification: { PredefinedMetricType: METRICS[metric] },
            CustomizedMetricSpecification: undefined,
            TargetValue: percent,
            DisableScaleIn: false,
          },
        }),
      );
    },
  };
}

/** What gsys calls its policies; other names are somebody else's. */
export function policyName(metric: ScalingMetric): string {
  return `gsys-${metric}`;
}

function targetState({ ResourceId, MinCapacity, MaxCapacity, SuspendedState }: ScalableTarget): TargetState {
  const suspended = [
    ...(SuspendedState?.DynamicScalingOutSuspended ? ['scaling out'] : []),
    ...(SuspendedState?.DynamicScalingInSuspended ? ['scaling in'] : []),
    ...(SuspendedState?.ScheduledScalingSuspended ? ['scheduled scaling'] : []),
  ];
  return { ecsService: lastPart(ResourceId), min: MinCapacity ?? 0, max: MaxCapacity ?? 0, suspended };
}

function policyState(policy: ScalingPolicy): PolicyState {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const type = tracking?.PredefinedMetricSpecification?.PredefinedMetricType;
  const [metric] = Object.entries(METRICS).find(([, name]) => name === type) ?? [];
  return {
    ecsService: lastPart(policy.ResourceId),
    name: policy.PolicyName ?? '',
    metric: metric as ScalingMetric | undefined,
    target: tracking?.TargetValue,
    scalesIn: tracking?.DisableScaleIn !== true,
    alarms: (policy.Alarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []),
    tracking,
  };
}

function lastPart(id = ''): string {
  return id.split('/').at(-1) ?? id;
}
