import { DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { type AwsAccess, openClient } from './clients.ts';

export interface Cluster {
  /** `disabled`, `enabled` or `enhanced`; undefined when the cluster is not there. */
  containerInsights(): Promise<string | undefined>;
}

/** The environment's cluster itself. */
export function cluster(access: AwsAccess): Cluster {
  const send = openClient(access, 'ecs', ECSClient);
  return {
    async containerInsights() {
      const { clusters } = await send(
        new DescribeClustersCommand({ clusters: [access.environment.cluster], include: ['SETTINGS'] }),
      );
      const [found] = clusters ?? [];
      return found && (found.settings?.find(({ name }) => name === 'containerInsights')?.value ?? 'disabled');
    },
  };
}
