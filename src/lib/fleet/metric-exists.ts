import { INSIGHTS_NAMESPACE, insightsCommand } from './container-insights.ts';
import type { Environment } from './fleet.ts';
import { PUBLISHED_NAMESPACE } from './published-metrics.ts';

/** What metrics come to be by. */
export interface MetricOrigins {
  /** Of the cluster: `disabled`, `enabled`, `enhanced`; undefined when there is none. */
  containerInsights: string | undefined;
  /** Whether `gsys alarms publish` ran within the last hours. */
  published: boolean;
}

/** Why a metric cannot come, and what to type so that it does; undefined for one that can. */
export function whyNoMetric(
  { namespace, name }: { namespace: string; name: string },
  { containerInsights, published }: MetricOrigins,
  environment: Environment,
): { why: string; wayOut: string } | undefined {
  if (namespace === INSIGHTS_NAMESPACE && !['enabled', 'enhanced'].includes(containerInsights ?? '')) {
    const state =
      containerInsights === undefined ? 'there is no cluster' : `Container Insights is ${containerInsights}`;
    return { why: `${name} does not exist: ${state}`, wayOut: insightsCommand(environment) };
  }
  if (namespace === PUBLISHED_NAMESPACE && !published)
    return { why: `${name} does not exist: nobody has published it lately`, wayOut: 'gsys alarms publish' };
  return undefined;
}
