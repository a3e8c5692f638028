import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { page, pageSize } from '../paging.ts';
import { withTags } from '../tags.ts';
import type { Autoscaler } from './autoscaler.ts';
import { badToken, invalid, requireNamespace, requireResource, requireTarget } from './errors.ts';
import { DIMENSION, NAMESPACE, type TargetRecord } from './records.ts';

const PAGE = 50;
const ROLE = 'ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService';

export function targetOperations(autoscaler: Autoscaler) {
  const { records, services, log, context } = autoscaler;
  return {
    /** A desired count outside of the new bounds is moved into them at once. */
    async RegisterScalableTarget(
      input: RegisterScalableTargetRequest,
    ): Promise<RegisterScalableTargetResponse> {
      const resourceId = requireResource(input);
      if (!services.find(resourceId)) throw invalid(`ECS service doesn't exist: ${resourceId}`);
      const known = records.targets.get(resourceId);
      const target = changed(known ?? fresh(autoscaler, resourceId), input);
      if (!known) target.tags = withTags({}, tagList(input.Tags), 'ValidationException');
      await records.targets.put(resourceId, target);
      moveInto(target);
      return { ScalableTargetARN: target.arn };
    },

    async DeregisterScalableTarget(input: DeregisterScalableTargetRequest): Promise<object> {
      const { resourceId } = requireTarget(records, requireResource(input), 'found');
      for (const policy of records.policies.values())
        if (policy.resourceId === resourceId) await autoscaler.removePolicy(policy);
      await records.targets.remove(resourceId);
      log.forget(resourceId);
      return {};
    },

    DescribeScalableTargets(input: DescribeScalableTargetsRequest): DescribeScalableTargetsResponse {
      requireNamespace(input);
      const { ResourceIds: ids = [], MaxResults, NextToken } = input;
      if (ids.length > PAGE) throw invalid(`ResourceIds has at most ${PAGE} members.`);
      if (ids.length === 0 && input.ScalableDimension !== undefined)
        throw invalid('A scalable dimension needs a resource ID.');
      const found = records.targets
        .values()
        .filter(({ resourceId }) => ids.length === 0 || ids.includes(resourceId));
      const { items, nextToken } = page(found, {
        key: ({ resourceId }) => resourceId,
        limit: pageSize(MaxResults, { most: PAGE, usual: PAGE, refuse: invalid }),
        token: NextToken,
        badToken,
      });
      return { ScalableTargets: items.map(targetView), NextToken: nextToken };
    },
  };

  function moveInto({ resourceId, min, max }: TargetRecord): void {
    const desired = services.find(resourceId)?.desiredCount ?? min;
    if (desired < min) log.scale(resourceId, min, `minimum capacity was set to ${min}`);
    if (desired > max) log.scale(resourceId, max, `maximum capacity was set to ${max}`);
  }

  function fresh({ context: { region, account } }: Autoscaler, resourceId: string): TargetRecord {
    const id = context.randomId().replaceAll('-', '');
    return {
      arn: `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${id}`,
      resourceId,
      min: Number.NaN,
      max: Number.NaN,
      roleArn: `arn:aws:iam::${account}:role/aws-service-role/${ROLE}`,
      suspended: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
      createdAt: context.clock(),
      tags: {},
    };
  }
}

/** What is not given stays; a new target needs both bounds. */
function changed(before: TargetRecord, input: RegisterScalableTargetRequest): TargetRecord {
  const min = input.MinCapacity ?? before.min;
  const max = input.MaxCapacity ?? before.max;
  if (Number.isNaN(min) || Number.isNaN(max))
    throw invalid('MinCapacity and MaxCapacity are required to register a scalable target.');
  if (!Number.isInteger(min) || min < 0) throw invalid('MinCapacity must be a whole number and not below 0.');
  if (!Number.isInteger(max) || max < min) throw invalid('MaxCapacity must not be below MinCapacity.');
  const suspended = { ...before.suspended };
  for (const [name, value] of Object.entries(input.SuspendedState ?? {}))
    if (typeof value === 'boolean') suspended[name as keyof typeof suspended] = value;
  return { ...before, min, max, suspended, roleArn: input.RoleARN ?? before.roleArn };
}

function tagList(tags: Record<string, string> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function targetView(target: TargetRecord): ScalableTarget {
  return {
    ServiceNamespace: NAMESPACE,
    ResourceId: target.resourceId,
    ScalableDimension: DIMENSION,
    MinCapacity: target.min,
    MaxCapacity: target.max,
    RoleARN: target.roleArn,
    CreationTime: new Date(target.createdAt),
    SuspendedState: target.suspended,
    ScalableTargetARN: target.arn,
  };
}
