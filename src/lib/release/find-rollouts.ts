import type { ServiceState } from '../aws/ecs.ts';
import type { EcsDeployments, ServiceDeploymentState } from '../aws/ecs-deployments.ts';
import type { Rollout } from './follow.ts';

interface Sought {
  rollout: Rollout;
  state: ServiceState | undefined;
  deployment: ServiceDeploymentState | undefined;
}

/**
 * ECS's ServiceDeployment of each rollout: the one already known by its ARN, else the service's current one, else
 * any since the rollout was asked for; accepted only when its target revision runs our task definition.
 */
export async function findRollouts<T extends Sought>(
  sought: T[],
  deployments: EcsDeployments,
): Promise<Map<T, ServiceDeploymentState>> {
  const candidates = sought.map((one) => one.deployment?.arn ?? one.state?.currentServiceDeployment);
  const found = await accepted(sought, candidates, deployments);
  const others = sought.filter((one) => !found.has(one) && one.deployment === undefined);
  for (const one of others) {
    const { service, since } = one.rollout;
    const [newest] = await deployments.list(service.ecsService, since);
    for (const [key, value] of await accepted([one], [newest], deployments)) found.set(key, value);
  }
  return found;
}

async function accepted<T extends Sought>(
  sought: T[],
  arns: (string | undefined)[],
  deployments: EcsDeployments,
): Promise<Map<T, ServiceDeploymentState>> {
  const described = await deployments.describe(arns.filter((arn) => arn !== undefined));
  const unknown = sought.flatMap((one, i) => {
    const deployment = described.find(({ arn }) => arn === arns[i]);
    return deployment === undefined ? [] : [{ one, deployment }];
  });
  // One that was accepted before needs no second look at its target.
  const targets = unknown
    .filter(({ one }) => one.deployment === undefined)
    .flatMap(({ deployment }) => deployment.targetRevision ?? []);
  const definitions =
    targets.length === 0 ? new Map<string, string>() : await deployments.revisionTaskDefinitions(targets);
  return new Map(
    unknown
      .filter(
        ({ one, deployment }) =>
          one.deployment?.arn === deployment.arn || isTarget(one.rollout, deployment, definitions),
      )
      .map(({ one, deployment }) => [one, deployment]),
  );
}

function isTarget(
  { taskDefinition, since }: Rollout,
  { targetRevision = '', createdAt }: ServiceDeploymentState,
  definitions: Map<string, string>,
): boolean {
  const tooOld = since !== undefined && createdAt !== undefined && createdAt < since;
  return !tooOld && definitions.get(targetRevision) === taskDefinition;
}
