import type { AlarmTerms } from './alarms.ts';
import { INSIGHTS_NAMESPACE } from './container-insights.ts';
import type { Fleet, Service } from './fleet.ts';
import {
  PUBLISHED_NAMESPACE,
  type PublishedMetric,
  publishedDimensions,
  SERVICE_METRICS,
} from './published-metrics.ts';

export type ServiceAlarmKind =
  | 'high-cpu'
  | 'high-memory'
  | 'running-tasks'
  | 'error-logs'
  | 'gateway-errors'
  | 'gateway-latency';

/** Runs of the publisher that an alarm looks at: one that came late is no alarm. */
export const PUBLISHED_PERIODS = 3;

/**
 * What is watched of one service. No data is never taken for a good sign. A service without tasks has no utilization:
 * that is INSUFFICIENT_DATA, since nobody knows; but it has no count of running tasks either, and there the silence
 * itself is the outage.
 */
export function serviceTerms(service: Service, fleet: Fleet): AlarmTerms[] {
  const { alarms, desired, scaling, ecsService } = service;
  // A service that the definition has scaled to none is not waited for.
  if (desired === 0) return [];
  const dimensions = { ClusterName: fleet.environment.cluster, ServiceName: ecsService };
  const utilization = (name: string) => ({
    metric: { namespace: 'AWS/ECS', name, dimensions, unit: 'Percent' as const },
    period: alarms.period,
    evaluationPeriods: alarms.evaluationPeriods,
    comparison: 'GreaterThanThreshold' as const,
    treatMissingData: 'missing' as const,
  });
  return [
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
    // Where autoscaling may go down to none, no count is too low.
    ...(scaling.min === 0 ? [] : [runningTasks(service, dimensions)]),
    ...publishedTerms(service, fleet),
  ];
}

function runningTasks({ alarms, scaling }: Service, dimensions: Record<string, string>): AlarmTerms {
  return {
    kind: 'running-tasks',
    metric: { namespace: INSIGHTS_NAMESPACE, name: 'RunningTaskCount', dimensions, unit: 'Count' },
    // Tasks that die and are replaced at once are too few for a moment only, again and again.
    statistic: 'Minimum',
    ...alarms.tasks,
    comparison: 'LessThanThreshold',
    threshold: scaling.min,
    treatMissingData: 'breaching',
    description: `fewer than ${scaling.min} tasks run`,
  };
}

/** None where nobody publishes: an alarm that never sees anything is worse than none. */
function publishedTerms(service: Service, fleet: Fleet): AlarmTerms[] {
  const { watch, environment } = fleet;
  const { publishEvery } = environment;
  if (publishEvery === 0) return [];
  const of = ({ name, unit }: PublishedMetric) => ({
    metric: {
      ...{ namespace: PUBLISHED_NAMESPACE, name, unit },
      dimensions: publishedDimensions(fleet, service),
    },
    period: publishEvery,
    evaluationPeriods: PUBLISHED_PERIODS,
    comparison: 'GreaterThanThreshold' as const,
  });
  const perRun = (aMinute: number) => (aMinute * publishEvery) / 60;
  const errorLogs: AlarmTerms = {
    ...of(SERVICE_METRICS.errorLogs),
    kind: 'error-logs',
    statistic: 'Sum',
    threshold: perRun(service.alarms.errorLogs),
    // That nobody publishes any more is said once, by the heartbeat.
    treatMissingData: 'missing',
    description: `it logs more than ${service.alarms.errorLogs} errors a minute`,
  };
  if (service.kind !== 'gateway') return [errorLogs];
  return [
    errorLogs,
    {
      ...of(SERVICE_METRICS.gatewayErrors),
      kind: 'gateway-errors',
      statistic: 'Sum',
      threshold: perRun(watch.gatewayErrors),
      treatMissingData: 'missing',
      description: `it answers more than ${watch.gatewayErrors} requests a minute with 500 and above`,
    },
    {
      ...of(SERVICE_METRICS.gatewayLatency),
      kind: 'gateway-latency',
      statistic: 'Average',
      threshold: watch.gatewayLatency,
      // One that does not answer has no latency.
      treatMissingData: 'breaching',
      description: `it does not answer, or takes more than ${watch.gatewayLatency} ms for it`,
    },
  ];
}
