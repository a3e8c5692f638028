import { awsCommand } from './aws-command.ts';
import type { Environment } from './fleet.ts';

/** Metrics of this namespace exist only where the cluster has Container Insights. */
export const INSIGHTS_NAMESPACE = 'ECS/ContainerInsights';

/**
 * Whether a metric is put at all.
 * @param containerInsights of the cluster: `disabled`, `enabled`, `enhanced`; undefined when there is none
 */
export function metricExists(
  { namespace }: { namespace: string },
  containerInsights: string | undefined,
): boolean {
  return namespace !== INSIGHTS_NAMESPACE || ['enabled', 'enhanced'].includes(containerInsights ?? '');
}

/** What to type so that it is. */
export function insightsCommand(environment: Environment): string {
  const settings = '--settings name=containerInsights,value=enabled';
  return awsCommand(environment, `ecs update-cluster-settings --cluster ${environment.cluster} ${settings}`);
}
