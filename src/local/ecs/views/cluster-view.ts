import type { Cluster, ClusterField } from '@aws-sdk/client-ecs';
import type { ClusterRecord } from '../records.ts';
import { isPending, isRunning } from '../scheduler/rollout.ts';
import type { World } from '../world.ts';

export function clusterView(world: World, cluster: ClusterRecord, include: ClusterField[] = []): Cluster {
  const tasks = world.tasks.values().filter((task) => task.cluster === cluster.name);
  const services = world.services.values().filter((service) => service.cluster === cluster.name);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: services.filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    tags: include.includes('TAGS') ? cluster.tags : [],
  };
}
