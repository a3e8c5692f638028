import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  ThresholdConfiguration,
} from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';
import type { ClusterRecord, ServiceRecord } from '../records.ts';

/** Refuses what this platform, or ECS, would not run. */

/** Neither launch type nor strategy means the cluster's own. */
export function requireFargate(
  input: Pick<CreateServiceRequest, 'launchType' | 'capacityProviderStrategy' | 'networkConfiguration'>,
  { defaultStrategy }: ClusterRecord,
): void {
  const { launchType, capacityProviderStrategy = launchType ? [] : defaultStrategy } = input;
  const providers = capacityProviderStrategy.map((item) => item.capacityProvider ?? '');
  if (launchType !== undefined && providers.length > 0)
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  const fargate = launchType === 'FARGATE' || (providers.length > 0 && providers.every(isFargate));
  if (!fargate) throw invalidParameter('No Container Instances were found in your cluster.');
  requireNetwork(input.networkConfiguration);
}

export function requireNetwork(network: CreateServiceRequest['networkConfiguration']): void {
  if (!network?.awsvpcConfiguration)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  if (!network.awsvpcConfiguration.subnets?.length) throw invalidParameter('subnets can not be empty.');
}

export function requireRolling(input: CreateServiceRequest): void {
  if ((input.deploymentController?.type ?? 'ECS') !== 'ECS')
    throw invalidParameter('This platform knows the ECS deployment controller only.');
  if ((input.schedulingStrategy ?? 'REPLICA') !== 'REPLICA')
    throw invalidParameter('The DAEMON scheduling strategy is not supported for Fargate launch type tasks.');
}

/** ECS's defaults: 100 and 200 percent. @param before what an update leaves as it is */
export function deploymentConfiguration(
  input: DeploymentConfiguration = {},
  before: Partial<ServiceRecord['configuration']> = {},
): ServiceRecord['configuration'] {
  const merged = { maximumPercent: 200, minimumHealthyPercent: 100, ...before, ...defined(input) };
  const { minimumHealthyPercent, maximumPercent, strategy, alarms } = merged;
  if (strategy !== undefined && strategy !== 'ROLLING')
    throw invalidParameter(`The deployment strategy ${strategy} is not supported by this platform.`);
  if (alarms?.enable && !alarms.alarmNames?.length)
    throw invalidParameter('alarmNames can not be empty when deployment alarms are enabled.');
  requireThreshold(merged.deploymentCircuitBreaker?.thresholdConfiguration);
  if (minimumHealthyPercent < 0 || minimumHealthyPercent > 100)
    throw invalidParameter('minimumHealthyPercent must be between 0 and 100.');
  if (maximumPercent < 100) throw invalidParameter('maximumPercent must be at least 100.');
  if (maximumPercent === 100 && minimumHealthyPercent === 100)
    throw invalidParameter('maximumPercent must be over 100 when minimumHealthyPercent is 100.');
  return merged;
}

function requireThreshold(threshold: ThresholdConfiguration | undefined): void {
  if (!threshold) return;
  const { type, value } = threshold;
  if (!['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT'].includes(type ?? ''))
    throw invalidParameter(`The threshold type ${type} is not valid.`);
  if (value === undefined || !Number.isInteger(value) || value < 1)
    throw invalidParameter('The threshold value must be a positive integer.');
}

export function requireCount(desiredCount: number | undefined): number {
  if (desiredCount === undefined) throw invalidParameter('desiredCount can not be null.');
  if (!Number.isInteger(desiredCount) || desiredCount < 0)
    throw invalidParameter('desiredCount can not be less than 0.');
  return desiredCount;
}

function isFargate(provider: string): boolean {
  return provider === 'FARGATE' || provider === 'FARGATE_SPOT';
}

function defined<T extends object>(value: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item != null)) as Partial<{
    [K in keyof T]: NonNullable<T[K]>;
  }>;
}
