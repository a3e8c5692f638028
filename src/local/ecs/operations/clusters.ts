import type {
  ClusterSetting,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  ListClustersRequest,
  ListClustersResponse,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
  UpdateClusterRequest,
  UpdateClusterResponse,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../aws/service.ts';
import { arnOf, lastPart } from '../arns.ts';
import { invalidParameter } from '../errors.ts';
import type { ClusterRecord } from '../records.ts';
import { clusterView } from '../views/cluster-view.ts';
import type { World } from '../world.ts';
import { defaultInsights } from './account-settings.ts';
import { checkTags } from './check-tags.ts';
import { requireCluster } from './look-up.ts';
import { pageOf, requireBatch } from './pages.ts';

const FARGATE = ['FARGATE', 'FARGATE_SPOT'] as const;
const INSIGHTS = ['disabled', 'enabled', 'enhanced'];

export function clusterOperations(world: World) {
  const update = async (input: UpdateClusterRequest): Promise<UpdateClusterResponse> => {
    const cluster = requireCluster(world, input.cluster);
    const updated = { ...cluster, settings: withSettings(cluster.settings, input.settings) };
    await world.clusters.put(cluster.name, updated);
    return { cluster: clusterView(world, updated, ['SETTINGS']) };
  };
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
        settings: withSettings(
          [{ name: 'containerInsights', value: defaultInsights(world) }],
          input.settings,
        ),
        capacityProviders: input.capacityProviders ?? [...FARGATE],
        defaultStrategy: input.defaultCapacityProviderStrategy ?? [],
        tags: checkTags(input.tags),
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

    UpdateCluster: update,

    async UpdateClusterSettings(input: UpdateClusterSettingsRequest): Promise<UpdateClusterSettingsResponse> {
      if (!input.settings?.length) throw invalidParameter('settings can not be empty.');
      return await update(input);
    },

    async PutClusterCapacityProviders(
      input: PutClusterCapacityProvidersRequest,
    ): Promise<PutClusterCapacityProvidersResponse> {
      const cluster = requireCluster(world, input.cluster);
      const { capacityProviders = [], defaultCapacityProviderStrategy = [] } = input;
      for (const name of capacityProviders)
        if (!FARGATE.some((one) => one === name))
          throw invalidParameter(`The specified capacity provider '${name}' was not found.`);
      for (const { capacityProvider = '' } of defaultCapacityProviderStrategy)
        if (!capacityProviders.includes(capacityProvider))
          throw invalidParameter(
            `The capacity provider '${capacityProvider}' is not associated with the cluster.`,
          );
      const updated = { ...cluster, capacityProviders, defaultStrategy: defaultCapacityProviderStrategy };
      await world.clusters.put(cluster.name, updated);
      return { cluster: clusterView(world, updated) };
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

function withSettings(before: ClusterSetting[], changes: ClusterSetting[] = []): ClusterSetting[] {
  for (const { name, value = '' } of changes) {
    if (name !== 'containerInsights') throw invalidParameter(`Invalid setting name: ${name}.`);
    if (!INSIGHTS.includes(value))
      throw invalidParameter(
        `Invalid value for the setting ${name}: ${value}. Valid values are ${INSIGHTS.join(', ')}.`,
      );
  }
  return [...before.filter(({ name }) => !changes.some((change) => change.name === name)), ...changes];
}
