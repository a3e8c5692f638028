import { type AlarmDefinition, definedAlarms, topicArn } from '../fleet/alarms.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { type MetricOrigins, whyNoMetric } from '../fleet/metric-exists.ts';
import { type PagingAlarm, pagingAlarms, pagingName } from '../fleet/paging-alarms.ts';
import { FLEET_METRICS, PUBLISHED_NAMESPACE, publishedDimensions } from '../fleet/published-metrics.ts';
import type { AlarmState, CompositeState, FoundAlarm } from './alarm-shapes.ts';
import type { Alarms } from './alarms.ts';
import type { Cluster } from './cluster.ts';
import type { Metrics } from './metrics.ts';
import type { Mute, Mutes } from './mutes.ts';

/** What CloudWatch has of a fleet's alarms, whoever looks: `alarms` and `verify`. */
export interface AlarmsSeen {
  /** Of the definition's, those that are there. */
  metric: AlarmState[];
  paging: CompositeState[];
  /** All that tell the fleet's topic of anything, whoever made them. */
  telling: (FoundAlarm & Partial<Pick<AlarmState, 'metric'>>)[];
  /** In force now. */
  mutes: Mute[];
  origins: MetricOrigins;
}

export interface SeenSources {
  alarms: Pick<Alarms, 'describe' | 'composites' | 'telling'>;
  mutes: Pick<Mutes, 'active'>;
  cluster: Cluster;
  metrics: Pick<Metrics, 'read'>;
}

/** Each source once, all at once; alarms a hundred a request. */
export async function alarmsSeen(
  fleet: Fleet,
  services: Service[],
  sources: SeenSources,
  now: Date,
): Promise<AlarmsSeen> {
  const [own, { metric, composite }] = await Promise.all([
    ownAlarmsSeen(fleet, services, sources, now),
    sources.alarms.telling(topicArn(fleet.environment)),
  ]);
  return { ...own, telling: [...metric, ...composite] };
}

/** The same for whoever looks again and again: without who else tells the topic, which is a look through all alarms. */
export async function ownAlarmsSeen(
  fleet: Fleet,
  services: Service[],
  { alarms, mutes, cluster, metrics }: SeenSources,
  now: Date,
): Promise<Omit<AlarmsSeen, 'telling'>> {
  const pages = [...services, ...(services.length === fleet.services.length ? [undefined] : [])];
  const [metric, paging, muted, containerInsights, published] = await Promise.all([
    alarms.describe(definedAlarms(fleet, services).map(({ name }) => name)),
    alarms.composites(pages.map((service) => pagingName(fleet, service))),
    mutes.active(),
    cluster.containerInsights(),
    isPublished(fleet, metrics, now),
  ]);
  return { metric, paging, mutes: muted, origins: { containerInsights, published } };
}

/** Milliseconds; a publisher that was quiet for so long is none. */
const LATELY = 3 * 3_600_000;

async function isPublished(fleet: Fleet, metrics: Pick<Metrics, 'read'>, now: Date): Promise<boolean> {
  if (fleet.environment.publishEvery === 0) return false;
  const { name } = FLEET_METRICS.heartbeat;
  const dimensions = publishedDimensions(fleet);
  const heartbeat = {
    namespace: PUBLISHED_NAMESPACE,
    name,
    dimensions,
    statistic: 'Sum' as const,
    period: 60,
  };
  const [points = []] = await metrics.read([heartbeat], new Date(now.getTime() - LATELY), now);
  return points.length > 0;
}

/** An alarm of the definition beside what CloudWatch has under its name. */
export interface AlarmPair {
  wanted: AlarmDefinition;
  found: AlarmState | undefined;
}

export interface PagingPair {
  wanted: PagingAlarm;
  found: CompositeState | undefined;
}

/** The definition's alarms beside those that are there; a paging alarm looks at what is there, or can be. Pure. */
export function besideFound(
  fleet: Fleet,
  services: Service[],
  { metric, paging, origins }: Pick<AlarmsSeen, 'metric' | 'paging' | 'origins'>,
): { metric: AlarmPair[]; paging: PagingPair[] } {
  const metrics = new Map(metric.map((one) => [one.name, one]));
  const pages = new Map(paging.map((one) => [one.name, one]));
  const exists = (alarm: AlarmDefinition) =>
    metrics.has(alarm.name) || whyNoMetric(alarm.metric, origins, fleet.environment) === undefined;
  return {
    metric: definedAlarms(fleet, services).map((wanted) => ({ wanted, found: metrics.get(wanted.name) })),
    paging: pagingAlarms(fleet, services, exists).map((wanted) => ({
      wanted,
      found: pages.get(wanted.name),
    })),
  };
}
