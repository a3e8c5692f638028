import type { MetricDatum, MetricSink } from '../../ports.ts';
import type { ServiceRecord, TaskRecord } from '../records.ts';
import type { RunningTask } from '../tasks/task-host.ts';
import type { World } from '../world.ts';
import { clusterInsights, hasInsights, serviceInsights, taskInsights, utilization } from './metric-data.ts';
import { createRunningCounts } from './running-counts.ts';
import { createUsageMeter } from './usage-meter.ts';

export interface MetricReporter {
  /** Begins to report everything, again and again. */
  start(): void;
  /** Something about the service is new: it is reported soon. */
  changed(service: string): void;
  close(): void;
}

/** Scheduler milliseconds. Alarms of this platform have periods of 10 s at least. */
const EVERY = 10_000;
/** The first values of a task are there within 2 s of its RUNNING, and a burst of changes is one report. */
const SOON = 1000;

export function createMetricReporter(
  world: World,
  sink: MetricSink,
  running: () => RunningTask[],
): MetricReporter {
  const meter = createUsageMeter(world.runtime, world.clock.now);
  const counts = createRunningCounts(world);
  const fresh = new Set<string>();
  let closed = false;
  let cancelRegular = () => {};
  let cancelSoon: (() => void) | undefined;

  async function report(services: ServiceRecord[], whole: boolean): Promise<void> {
    const wanted = new Set(services.map(({ arn }) => arn));
    const tasks = running().filter(({ task }) => (task.service ? wanted.has(task.service) : whole));
    const usage = await meter.measure(tasks);
    if (closed) return;
    const data: MetricDatum[] = [];
    const withInsights = insightful(world);
    for (const { task } of tasks) {
      const used = usage.get(task.arn);
      if (!used) continue;
      if (task.service) data.push(...utilization(task, used));
      if (withInsights.has(task.cluster)) data.push(...taskInsights(task, used));
    }
    for (const service of services)
      if (withInsights.has(service.cluster))
        data.push(...serviceInsights(service, world.tasks.ofService(service.arn), counts.take(service)));
    if (whole) data.push(...wholeClusters(world, withInsights));
    if (data.length > 0) sink.put(data);
  }

  const reportAll = () => {
    cancelRegular = world.clock.after(EVERY, reportAll);
    report(activeServices(world), true).catch(world.onError);
  };

  return {
    start() {
      cancelRegular = world.clock.after(EVERY, reportAll);
    },
    changed(service) {
      fresh.add(service);
      counts.look(service);
      cancelSoon ??= world.clock.after(SOON, () => {
        cancelSoon = undefined;
        const services = activeServices(world).filter(({ arn }) => fresh.has(arn));
        fresh.clear();
        report(services, false).catch(world.onError);
      });
    },
    close() {
      closed = true;
      cancelRegular();
      cancelSoon?.();
    },
  };
}

function activeServices(world: World): ServiceRecord[] {
  return world.services.values().filter(({ status }) => status === 'ACTIVE');
}

function insightful(world: World): Set<string> {
  const clusters = world.clusters.values().filter((one) => one.status === 'ACTIVE' && hasInsights(one));
  return new Set(clusters.map(({ name }) => name));
}

function wholeClusters(world: World, names: Set<string>): MetricDatum[] {
  const isOf = (name: string) => (one: ServiceRecord | TaskRecord) => one.cluster === name;
  return world.clusters
    .values()
    .filter(({ name }) => names.has(name))
    .flatMap((cluster) =>
      clusterInsights(
        cluster,
        activeServices(world).filter(isOf(cluster.name)).length,
        world.tasks.values().filter(isOf(cluster.name)),
      ),
    );
}
