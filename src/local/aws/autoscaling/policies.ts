import type {
  DeleteScalingPolicyRequest,
  DescribeScalingActivitiesRequest,
  DescribeScalingActivitiesResponse,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  ScalingPolicy,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import { page, pageSize } from '../paging.ts';
import { AwsError } from '../service.ts';
import type { Autoscaler } from './autoscaler.ts';
import { badToken, invalid, notFound, requireNamespace, requireResource, requireTarget } from './errors.ts';
import { policyAlarms, trackedMetric } from './policy-alarms.ts';
import { DIMENSION, NAMESPACE, type PolicyRecord } from './records.ts';

/** https://docs.aws.amazon.com/general/latest/gr/as-app.html */
const POLICIES_PER_TARGET = 50;
const PAGE = 50;

export function policyOperations(autoscaler: Autoscaler) {
  const { records, alarms, log, context } = autoscaler;
  const policiesOf = (resourceId: string) =>
    records.policies.values().filter((policy) => policy.resourceId === resourceId);

  return {
    /** Its alarms are there before the policy is, so that none is ever without. */
    async PutScalingPolicy(input: PutScalingPolicyRequest): Promise<PutScalingPolicyResponse> {
      const resourceId = requireResource(input);
      const config = requireTracking(input);
      trackedMetric({ config, resourceId });
      requireTarget(records, resourceId, 'registered');
      const own = policiesOf(resourceId);
      const known = own.find(({ name }) => name === input.PolicyName);
      if (!known && own.length >= POLICIES_PER_TARGET)
        throw new AwsError(
          'LimitExceededException',
          `A scalable target has at most ${POLICIES_PER_TARGET} policies.`,
        );
      const policy = { ...(known ?? newPolicy(resourceId, input.PolicyName ?? '')), config };
      const alarmName = (kind: string) => `TargetTracking-${resourceId}-${kind}-${context.randomId()}`;
      const low = config.DisableScaleIn ? undefined : (known?.alarms.low ?? alarmName('AlarmLow'));
      policy.alarms = { high: known?.alarms.high ?? alarmName('AlarmHigh'), low };
      for (const alarm of policyAlarms(policy)) await alarms.put(alarm);
      if (known?.alarms.low !== undefined && low === undefined) await alarms.delete([known.alarms.low]);
      await records.policies.put(policy.arn, policy);
      return { PolicyARN: policy.arn, Alarms: alarmsOf(policy) };
    },

    DescribeScalingPolicies(input: DescribeScalingPoliciesRequest): DescribeScalingPoliciesResponse {
      requireNamespace(input);
      const { PolicyNames: names = [], ResourceId, MaxResults, NextToken } = input;
      const found = records.policies
        .values()
        .filter(({ name }) => names.length === 0 || names.includes(name))
        .filter(({ resourceId }) => ResourceId === undefined || resourceId === ResourceId);
      const { items, nextToken } = page(found, {
        key: ({ resourceId, name }) => `${resourceId} ${name}`,
        limit: pageSize(MaxResults, { most: PAGE, usual: PAGE, refuse: invalid }),
        token: NextToken,
        badToken,
      });
      return { ScalingPolicies: items.map(policyView), NextToken: nextToken };
    },

    async DeleteScalingPolicy(input: DeleteScalingPolicyRequest): Promise<object> {
      const resourceId = requireResource(input);
      const policy = policiesOf(resourceId).find(({ name }) => name === input.PolicyName);
      if (!policy)
        throw notFound(
          `No scaling policy found for service namespace: ${NAMESPACE}, resource ID: ${resourceId}, ` +
            `scalable dimension: ${DIMENSION}, policy name: ${input.PolicyName}`,
        );
      await autoscaler.removePolicy(policy);
      return {};
    },

    DescribeScalingActivities(input: DescribeScalingActivitiesRequest): DescribeScalingActivitiesResponse {
      requireNamespace(input);
      const { ResourceId, IncludeNotScaledActivities = false, MaxResults, NextToken } = input;
      const all = log
        .list(ResourceId)
        .filter(({ NotScaledReasons }) => IncludeNotScaledActivities || NotScaledReasons === undefined);
      const { items, nextToken } = page(all, {
        key: ({ StartTime, ActivityId }) => `${StartTime?.getTime()} ${ActivityId}`,
        descending: true,
        limit: pageSize(MaxResults, { most: PAGE, usual: PAGE, refuse: invalid }),
        token: NextToken,
        badToken,
      });
      return { ScalingActivities: items, NextToken: nextToken };
    },
  };

  function newPolicy(resourceId: string, name: string): Omit<PolicyRecord, 'config'> {
    const { region, account } = context;
    const place = `resource/ecs/${resourceId}:policyName/${name}`;
    return {
      arn: `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${context.randomId()}:${place}`,
      name,
      resourceId,
      alarms: { high: '' },
      createdAt: context.clock(),
    };
  }

  function alarmsOf({ alarms: { high, low } }: PolicyRecord) {
    const { region, account } = context;
    return [high, low].flatMap((name) =>
      name === undefined
        ? []
        : [{ AlarmName: name, AlarmARN: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` }],
    );
  }

  function policyView(policy: PolicyRecord): ScalingPolicy {
    return {
      PolicyARN: policy.arn,
      PolicyName: policy.name,
      ServiceNamespace: NAMESPACE,
      ResourceId: policy.resourceId,
      ScalableDimension: DIMENSION,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: policy.config,
      Alarms: alarmsOf(policy),
      CreationTime: new Date(policy.createdAt),
    };
  }
}

function requireTracking(
  input: PutScalingPolicyRequest,
): TargetTrackingScalingPolicyConfiguration & { TargetValue: number } {
  const { PolicyName = '', PolicyType, TargetTrackingScalingPolicyConfiguration: config } = input;
  if (!/^[^|/:\p{Cc}]{1,256}$/u.test(PolicyName)) throw invalid('The policy name is not valid.');
  if (PolicyType !== 'TargetTrackingScaling')
    throw invalid(`The policy type ${PolicyType ?? 'StepScaling'} is not supported by this platform.`);
  if (config?.TargetValue === undefined)
    throw invalid('TargetTrackingScalingPolicyConfiguration is required for this policy type.');
  if (!(config.TargetValue > 0)) throw invalid('TargetValue must be above 0.');
  return { ...config, TargetValue: config.TargetValue };
}
