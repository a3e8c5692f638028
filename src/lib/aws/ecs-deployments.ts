import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
} from '@aws-sdk/client-ecs';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { type ServiceDeploymentState, serviceDeploymentState } from './ecs-shapes.ts';

export type { ServiceDeploymentState } from './ecs-shapes.ts';

/** ECS's own records of rollouts, followed by ARN. */
export interface EcsDeployments {
  describe(arns: string[]): Promise<ServiceDeploymentState[]>;
  /** Newest first. @param since server's clock */
  list(ecsService: string, since?: Date): Promise<string[]>;
  /** Task definition ARN of each service revision. */
  revisionTaskDefinitions(revisions: string[]): Promise<Map<string, string>>;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html; revisions likewise. */
const PER_CALL = 20;

export function ecsDeployments(access: AwsAccess): EcsDeployments {
  const send = openClient(access, 'ecs', ECSClient);
  const { cluster } = access.environment;
  return {
    describe: (arns) =>
      inBatches(arns, PER_CALL, async (serviceDeploymentArns) => {
        const reply = await send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
        return (reply.serviceDeployments ?? []).map(serviceDeploymentState);
      }),

    list: (service, since) =>
      allPages(async (nextToken) => {
        const createdAt = since && { after: since };
        const reply = await send(
          new ListServiceDeploymentsCommand({ cluster, service, createdAt, nextToken }),
        );
        const arns = (reply.serviceDeployments ?? []).flatMap(({ serviceDeploymentArn }) =>
          serviceDeploymentArn === undefined ? [] : [serviceDeploymentArn],
        );
        return { items: arns, next: reply.nextToken };
      }),

    async revisionTaskDefinitions(revisions) {
      const pairs = await inBatches(revisions, PER_CALL, async (serviceRevisionArns) => {
        const reply = await send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
        return (reply.serviceRevisions ?? []).map(
          ({ serviceRevisionArn = '', taskDefinition = '' }) => [serviceRevisionArn, taskDefinition] as const,
        );
      });
      return new Map(pairs);
    },
  };
}
