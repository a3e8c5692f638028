import type { MetricDatum } from '../../ports.ts';
import { lastPart } from '../arns.ts';
import type { ClusterRecord, ServiceRecord, TaskRecord } from '../records.ts';
import { isPending, isRunning } from '../scheduler/rollout.ts';
import type { TaskUsage } from './usage-meter.ts';

/**
 * What ECS puts into CloudWatch of itself, for every service: how much of its reservation each task uses.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 */
export function utilization(task: TaskRecord, usage: TaskUsage): MetricDatum[] {
  const datum = (metric: string, value: number): MetricDatum => ({
    namespace: 'AWS/ECS',
    metric,
    dimensions: { ClusterName: task.cluster, ServiceName: lastPart(task.service ?? '') },
    value,
    unit: 'Percent',
  });
  return [
    datum('CPUUtilization', (usage.cpuUnits / Number(task.cpu)) * 100),
    datum('MemoryUtilization', (usage.memoryMib / Number(task.memory)) * 100),
  ];
}

const INSIGHTS = 'ECS/ContainerInsights';

/**
 * Container Insights of one task, once for its service and once for its cluster.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
 */
export function taskInsights(task: TaskRecord, usage: TaskUsage): MetricDatum[] {
  const ofCluster = { ClusterName: task.cluster };
  const places = task.service
    ? [{ ...ofCluster, ServiceName: lastPart(task.service) }, ofCluster]
    : [ofCluster];
  return places.flatMap((dimensions) => {
    const datum = (metric: string, value: number, unit: string): MetricDatum => ({
      namespace: INSIGHTS,
      metric,
      dimensions,
      value,
      unit,
    });
    return [
      datum('CpuUtilized', usage.cpuUnits, 'None'),
      datum('CpuReserved', Number(task.cpu), 'None'),
      datum('MemoryUtilized', usage.memoryMib, 'Megabytes'),
      datum('MemoryReserved', Number(task.memory), 'Megabytes'),
    ];
  });
}

/** @param running counts of running tasks since the last report */
export function serviceInsights(
  service: ServiceRecord,
  tasks: TaskRecord[],
  running: number[],
): MetricDatum[] {
  const dimensions = { ClusterName: service.cluster, ServiceName: service.name };
  const count = (metric: string, value: number) => counted(metric, dimensions, value);
  return [
    count('DesiredTaskCount', service.desiredCount),
    ...running.map((value) => count('RunningTaskCount', value)),
    count('PendingTaskCount', tasks.filter(isPending).length),
    count('DeploymentCount', service.deployments.length),
  ];
}

export function clusterInsights(
  { name }: ClusterRecord,
  services: number,
  tasks: TaskRecord[],
): MetricDatum[] {
  const dimensions = { ClusterName: name };
  return [
    counted('ServiceCount', dimensions, services),
    counted('TaskCount', dimensions, tasks.filter(isRunning).length),
  ];
}

/** The cluster's own word: `enabled` and `enhanced` both give the metrics. */
export function hasInsights({ settings }: ClusterRecord): boolean {
  const value = settings.find(({ name }) => name === 'containerInsights')?.value;
  return value === 'enabled' || value === 'enhanced';
}

function counted(metric: string, dimensions: Record<string, string>, value: number): MetricDatum {
  return { namespace: INSIGHTS, metric, dimensions, value, unit: 'Count' };
}
