import type {
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  ListClustersRequest,
  ListClustersResponse,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../aws/service.ts';
import { arnOf, lastPart } from '../arns.ts';
import { invalidParameter } from '../errors.ts';
import type { ClusterRecord } from '../records.ts';
import { clusterView } from '../views/cluster-view.ts';
import type { World } from '../world.ts';
import { requireCluster } from './look-up.ts';
import { pageOf, requireBatch } from './pages.ts';

export function clusterOperations(world: World) {
  return {
    async CreateCluster(input: CreateClusterRequest): Promise<CreateClusterResponse> {
      const name = input.clusterName ?? 'default';
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,254}$/.test(name))
        throw invalidParameter('The cluster name contains invalid characters.');
      const known = world.clusters.get(name);
      if (known?.status === 'ACTIVE') return { cluster: clusterView(world, known, ['SETTINGS', 'TAGS']) };
      const cluster: ClusterRecord = {
        arn: arnOf(world, `cluster/${name}`),
        name,
        status: 'ACTIVE',
        settings: input.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
        tags: input.tags ?? [],
      };
      await world.clusters.put(name, cluster);
      return { cluster: clusterView(world, cluster, ['SETTINGS', 'TAGS']) };
    },

    DescribeClusters(input: DescribeClustersRequest): DescribeClustersResponse {
      const names = input.clusters?.length ? requireBatch(input.clusters, 'Clusters', 100) : ['default'];
      const found = names.map((name) => ({ name, cluster: world.clusters.get(lastPart(name)) }));
      return {
        clusters: found.flatMap(({ cluster }) =>
          cluster ? [clusterView(world, cluster, input.include)] : [],
        ),
        failures: found
          .filter(({ cluster }) => !cluster)
          .map(({ name }) => ({ arn: arnOf(world, `cluster/${lastPart(name)}`), reason: 'MISSING' })),
      };
    },

    async DeleteCluster(input: DeleteClusterRequest): Promise<DeleteClusterResponse> {
      const cluster = requireCluster(world, input.cluster);
      const view = clusterView(world, cluster);
      if (world.services.values().some((one) => one.cluster === cluster.name && one.status !== 'INACTIVE'))
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        );
      if (world.tasks.values().some((one) => one.cluster === cluster.name && one.lastStatus !== 'STOPPED'))
        throw new AwsError(
          'ClusterContainsTasksException',
          'The Cluster cannot be deleted while Tasks are active.',
        );
      await world.clusters.put(cluster.name, { ...cluster, status: 'INACTIVE' });
      return { cluster: { ...view, status: 'INACTIVE' } };
    },

    ListClusters(input: ListClustersRequest): ListClustersResponse {
      const active = world.clusters.values().filter(({ status }) => status === 'ACTIVE');
      const page = pageOf(
        active.map(({ arn }) => arn),
        input,
        { default: 100, max: 100 },
      );
      return { clusterArns: page.items, nextToken: page.nextToken };
    },
  };
}
