import { awsCommand } from './aws-command.ts';
import type { Environment } from './fleet.ts';

/** Metrics of this namespace exist only where the cluster has Container Insights. */
export const INSIGHTS_NAMESPACE = 'ECS/ContainerInsights';

/** What to type so that it is. */
export function insightsCommand(environment: Environment): string {
  const settings = '--settings name=containerInsights,value=enabled';
  return awsCommand(environment, `ecs update-cluster-settings --cluster ${environment.cluster} ${settings}`);
}
