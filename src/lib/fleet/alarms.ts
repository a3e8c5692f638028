import { INSIGHTS_NAMESPACE } from './container-insights.ts';
import type { Environment, Fleet, Service } from './fleet.ts';

/** What is watched of a service; the last part of its alarms' names. */
export type AlarmKind = 'high-cpu' | 'high-memory' | 'running-tasks';

/** One alarm as CloudWatch should have it. */
export interface AlarmDefinition {
  name: string;
  /** Folder name of the service, and its name in ECS. */
  service: string;
  ecsService: string;
  kind: AlarmKind;
  description: string;
  metric: WatchedMetric;
  statistic: 'Average' | 'Maximum' | 'Minimum';
  /** Seconds. */
  period: number;
  evaluationPeriods: number;
  comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold: number;
  treatMissingData: 'missing' | 'breaching';
  /** ARNs, by the state that they are for. */
  actions: AlarmActions;
}

export interface WatchedMetric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  /** In which AWS counts it. An alarm names none: one in any other sees nothing, for ever. */
  unit: 'Percent' | 'Count';
}

export interface AlarmActions {
  ok: string[];
  alarm: string[];
  insufficientData: string[];
}

/** The alarms of services, from the definition alone; those of one service together, in the order of `AlarmKind`. */
export function alarmsOf({ name, environment }: Fleet, services: Service[]): AlarmDefinition[] {
  return services.flatMap((service) =>
    watched(service, environment).map(({ kind, ...terms }) => ({
      ...terms,
      kind,
      name: `${name}-${service.ecsService}-${kind}`,
      service: service.name,
      ecsService: service.ecsService,
      description: `${service.name}: ${terms.description}. Made by gsys from the definition of ${name}.`,
      actions: toldTo(topicArn(environment)),
    })),
  );
}

/** An SNS topic may be named before it exists. */
export function topicArn({ region, account, alertsTopic }: Environment): string {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return `arn:${partition}:sns:${region}:${account}:${alertsTopic}`;
}

type Terms = Omit<AlarmDefinition, 'name' | 'service' | 'ecsService' | 'actions'>;

/**
 * No data is never taken for a good sign. A service without tasks has no utilization: that is INSUFFICIENT_DATA,
 * since nobody knows; but it has no count of running tasks either, and there the silence itself is the outage.
 */
function watched(service: Service, { cluster }: Environment): Terms[] {
  const { alarms, desired, scaling, ecsService } = service;
  // A service that the definition has scaled to none is not waited for.
  if (desired === 0) return [];
  const dimensions = { ClusterName: cluster, ServiceName: ecsService };
  const utilization = (name: string) => ({
    metric: { namespace: 'AWS/ECS', name, dimensions, unit: 'Percent' as const },
    period: alarms.period,
    evaluationPeriods: alarms.evaluationPeriods,
    comparison: 'GreaterThanThreshold' as const,
    treatMissingData: 'missing' as const,
  });
  const terms: Terms[] = [
    {
      ...utilization('CPUUtilization'),
      kind: 'high-cpu',
      // What target tracking follows: work is shared by all tasks, and so is too much of it.
      statistic: 'Average',
      threshold: alarms.cpu,
      description: `its tasks use more than ${alarms.cpu} % of the CPU that they reserve`,
    },
    {
      ...utilization('MemoryUtilization'),
      kind: 'high-memory',
      // A leak is in one task, and it is that one which is killed.
      statistic: 'Maximum',
      threshold: alarms.memory,
      description: `a task uses more than ${alarms.memory} % of the memory that it reserves`,
    },
  ];
  // Where autoscaling may go down to none, no count is too low.
  if (scaling.min === 0) return terms;
  return [
    ...terms,
    {
      kind: 'running-tasks',
      metric: { namespace: INSIGHTS_NAMESPACE, name: 'RunningTaskCount', dimensions, unit: 'Count' },
      // Tasks that die and are replaced at once are too few for a moment only, again and again.
      statistic: 'Minimum',
      ...alarms.tasks,
      comparison: 'LessThanThreshold',
      threshold: scaling.min,
      treatMissingData: 'breaching',
      description: `fewer than ${scaling.min} tasks run`,
    },
  ];
}

/** That it is over, and that nobody sees any more, is as much news as that it began. */
function toldTo(topic: string): AlarmActions {
  return { ok: [topic], alarm: [topic], insufficientData: [topic] };
}
