import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse,
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import { conflict, deploymentNotFound, invalidParameter } from '../errors.ts';
import type { RevisionRecord } from '../records.ts';
import { isOpen } from '../scheduler/service-deployment.ts';
import {
  revisionView,
  serviceDeploymentBrief,
  serviceDeploymentView,
} from '../views/service-deployment-view.ts';
import type { World } from '../world.ts';
import { requireCluster, requireService } from './look-up.ts';
import { pageOf, requireBatch } from './pages.ts';

export function serviceDeploymentOperations(world: World, poke: (service: string) => void) {
  return {
    DescribeServiceDeployments(input: DescribeServiceDeploymentsRequest): DescribeServiceDeploymentsResponse {
      const arns = requireBatch(input.serviceDeploymentArns, 'ServiceDeploymentArns', 20);
      const found = arns.map((arn) => ({ arn, record: world.serviceDeployments.get(arn) }));
      return {
        serviceDeployments: found.flatMap(({ record }) => (record ? [serviceDeploymentView(record)] : [])),
        failures: found.filter(({ record }) => !record).map(({ arn }) => ({ arn, reason: 'MISSING' })),
      };
    },

    /** Newest first. */
    ListServiceDeployments(input: ListServiceDeploymentsRequest): ListServiceDeploymentsResponse {
      const service = requireService(world, requireCluster(world, input.cluster), input.service);
      const { before, after } = input.createdAt ?? {};
      const found = world.serviceDeployments
        .values()
        .filter((record) => record.service === service.arn)
        .filter(({ status }) => !input.status?.length || input.status.includes(status))
        .filter(({ createdAt }) => !before || createdAt < before.getTime())
        .filter(({ createdAt }) => !after || createdAt > after.getTime())
        .reverse()
        .sort((a, b) => b.createdAt - a.createdAt);
      const page = pageOf(
        found.map(({ arn }) => arn),
        input,
        { default: 20, max: 100 },
      );
      const shown = found.filter(({ arn }) => page.items.includes(arn));
      return { serviceDeployments: shown.map(serviceDeploymentBrief), nextToken: page.nextToken };
    },

    DescribeServiceRevisions(input: DescribeServiceRevisionsRequest): DescribeServiceRevisionsResponse {
      const arns = requireBatch(input.serviceRevisionArns, 'ServiceRevisionArns', 20);
      const found = arns.map((arn) => ({ arn, record: world.revisions.get(arn) }));
      return {
        serviceRevisions: found.flatMap(({ record }) =>
          record ? [revisionView(record, digestsOf(world, record))] : [],
        ),
        failures: found.filter(({ record }) => !record).map(({ arn }) => ({ arn, reason: 'MISSING' })),
      };
    },

    StopServiceDeployment(input: StopServiceDeploymentRequest): StopServiceDeploymentResponse {
      const record = world.serviceDeployments.get(input.serviceDeploymentArn ?? '');
      if (!record) throw deploymentNotFound();
      const stopType = input.stopType ?? 'ROLLBACK';
      if (stopType !== 'ROLLBACK' && stopType !== 'ABORT')
        throw invalidParameter(`The stop type ${stopType} is not valid.`);
      if (!isOpen(record))
        throw conflict(`A service deployment that is ${record.status} can not be stopped.`);
      // One that is being stopped already goes on as it does.
      if (record.status === 'PENDING' || record.status === 'IN_PROGRESS') {
        record.status = stopType === 'ABORT' ? 'STOP_REQUESTED' : 'ROLLBACK_REQUESTED';
        record.updatedAt = world.clock.now();
        world.serviceDeployments.set(record.arn, record);
        poke(record.service);
      }
      return { serviceDeploymentArn: record.arn };
    },
  };
}

/** Digests show up as soon as a task of the revision has pulled. */
function digestsOf(world: World, revision: RevisionRecord): Map<string, string> {
  const digests = new Map<string, string>();
  for (const task of world.tasks.ofService(revision.service)) {
    if (task.definition !== revision.taskDefinition) continue;
    for (const { name, imageDigest } of task.containers) if (imageDigest) digests.set(name, imageDigest);
  }
  return digests;
}
