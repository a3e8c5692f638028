import type { ServiceState } from '../../aws/ecs.ts';
import type { ServiceSettings } from '../service-request.ts';
import { type Change, changesBetween } from './change.ts';
import { flat } from './flat.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html, API_AwsVpcConfiguration.html */
const DEPLOYMENT_DEFAULTS = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  deploymentCircuitBreaker: { enable: false, rollback: false },
};
const NETWORK_DEFAULTS = { assignPublicIp: 'DISABLED' };

/**
 * In what a service itself differs from what an update would make of it, AWS's defaults filled in. What the update
 * does not speak of stays as it is: the desired count, which autoscaling sets, and alarms or hooks that others added.
 */
export function settingsDiff(
  { networkConfiguration, deploymentConfiguration }: ServiceState,
  wanted: ServiceSettings,
): Change[] {
  const before = flat({
    networkConfiguration: {
      awsvpcConfiguration: { ...NETWORK_DEFAULTS, ...networkConfiguration?.awsvpcConfiguration },
    },
    deploymentConfiguration: { ...DEPLOYMENT_DEFAULTS, ...deploymentConfiguration },
  });
  const after = flat(wanted);
  const spokenOf = new Map([...before].filter(([path]) => after.has(path)));
  return changesBetween(spokenOf, after);
}
