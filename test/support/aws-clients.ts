import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { Platform } from './platform.ts';

/** The SDK itself, as somebody who does not use gsys has it. */
export async function clientsOf(
  platform: Platform,
): Promise<{ ecs: ECSClient; cloudwatch: CloudWatchClient }> {
  const options = await sdkOptions(platform);
  return { ecs: new ECSClient(options), cloudwatch: new CloudWatchClient(options) };
}

/** For a client of a platform's endpoint. */
export async function sdkOptions(platform: Platform): Promise<{
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}> {
  const { endpoint } = await platform.status();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint, region: 'us-east-1', credentials };
}

/** One revision more of the same, which gsys knows nothing of. @param of `settings-nats:1` @returns `settings-nats:2` */
export async function registerCopy(ecs: ECSClient, of: string | undefined): Promise<string> {
  const { taskDefinition: known } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: of }));
  const { taskDefinition: copy } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: known?.family, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'] },
      ...{ cpu: known?.cpu, memory: known?.memory, executionRoleArn: known?.executionRoleArn },
      containerDefinitions: known?.containerDefinitions,
    }),
  );
  return `${copy?.family}:${copy?.revision}`;
}
