import type { AlarmTerms } from './alarms.ts';
import type { Fleet } from './fleet.ts';
import {
  FLEET_METRICS,
  PUBLISHED_NAMESPACE,
  type PublishedMetric,
  publishedDimensions,
} from './published-metrics.ts';
import { PUBLISHED_PERIODS } from './service-alarms.ts';

export type FleetAlarmKind =
  | 'publisher-heartbeat'
  | 'certificate-days'
  | 'jetstream-storage'
  | 'nats-peers'
  | 'dead-letters'
  | 'redis-memory'
  | 'redis-evictions';

/**
 * What is watched of the fleet as a whole, all of it by what `gsys alarms publish` counts; nothing where nobody runs
 * that. Silence is an outage here: a node that cannot be asked has no peers, and a publisher that is gone counts none.
 */
export function fleetTerms(fleet: Fleet): AlarmTerms[] {
  const { watch, environment } = fleet;
  const { publishEvery, nats } = environment;
  if (publishEvery === 0) return [];
  const of = ({ name, unit }: PublishedMetric) => ({
    metric: { namespace: PUBLISHED_NAMESPACE, name, unit, dimensions: publishedDimensions(fleet) },
    period: publishEvery,
    evaluationPeriods: PUBLISHED_PERIODS,
    treatMissingData: 'breaching' as const,
  });
  const above = (metric: PublishedMetric, threshold: number, statistic: 'Maximum' | 'Sum' = 'Maximum') => ({
    ...of(metric),
    ...{ statistic, threshold, comparison: 'GreaterThanThreshold' as const },
  });
  const below = (metric: PublishedMetric, threshold: number, statistic: 'Minimum' | 'Sum' = 'Minimum') => ({
    ...of(metric),
    ...{ statistic, threshold, comparison: 'LessThanThreshold' as const },
  });
  const peers = nats.nodes.length - 1;
  return [
    {
      ...below(FLEET_METRICS.heartbeat, 1, 'Sum'),
      kind: 'publisher-heartbeat',
      description: 'nobody runs "gsys alarms publish", so what it counts is not watched',
    },
    {
      ...below(FLEET_METRICS.certificateDays, watch.certificateDays),
      kind: 'certificate-days',
      description: `a certificate ends in less than ${watch.certificateDays} days: "gsys tls status"`,
    },
    {
      ...above(FLEET_METRICS.jetstream, watch.jetstream),
      kind: 'jetstream-storage',
      description: `a NATS node has stored more than ${watch.jetstream} % of what it may`,
    },
    // A node alone has no peer to lose.
    ...(peers === 0
      ? []
      : [
          {
            ...below(FLEET_METRICS.peers, peers),
            kind: 'nats-peers' as const,
            description: `a NATS node has fewer than ${peers} peers, or does not answer`,
          },
        ]),
    {
      ...above(FLEET_METRICS.deadLetters, watch.deadLetters),
      kind: 'dead-letters',
      description: `more than ${watch.deadLetters} dead letters wait: "gsys dlq list"`,
    },
    {
      ...above(FLEET_METRICS.redisMemory, watch.redisMemory),
      kind: 'redis-memory',
      description: `a Redis node holds more than ${watch.redisMemory} % of what it may, or does not answer`,
    },
    {
      ...above(FLEET_METRICS.redisEvictions, watch.redisEvictions, 'Sum'),
      // The first run has nothing to compare with; of nodes that do not answer the one above tells.
      treatMissingData: 'missing',
      kind: 'redis-evictions',
      description: 'Redis throws keys away for want of memory',
    },
  ];
}
