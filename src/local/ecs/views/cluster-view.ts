import type { Cluster, ClusterField, KeyValuePair } from '@aws-sdk/client-ecs';
import type { ClusterRecord, ServiceRecord, TaskRecord } from '../records.ts';
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
    statistics: include.includes('STATISTICS') ? statistics(tasks, services) : [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultStrategy,
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    tags: include.includes('TAGS') ? cluster.tags : [],
  };
}

/** Everything here is Fargate's. */
function statistics(tasks: TaskRecord[], services: ServiceRecord[]): KeyValuePair[] {
  const withStatus = (wanted: ServiceRecord['status']) =>
    services.filter(({ status }) => status === wanted).length;
  const fargate: Record<string, number> = {
    'running…TasksCount': tasks.filter(isRunning).length,
    'pending…TasksCount': tasks.filter(isPending).length,
    'active…ServiceCount': withStatus('ACTIVE'),
    'draining…ServiceCount': withStatus('DRAINING'),
  };
  return ['EC2', 'Fargate', 'External'].flatMap((kind) =>
    Object.entries(fargate).map(([name, count]) => ({
      name: name.replace('…', kind),
      value: String(kind === 'Fargate' ? count : 0),
    })),
  );
}
