import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Platform } from './platform.ts';

/** The SDK itself, as somebody who does not use gsys has it. */
export async function clientsOf(
  platform: Platform,
): Promise<{ ecs: ECSClient; cloudwatch: CloudWatchClient }> {
  const { endpoint } = await platform.status();
  const options = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  return { ecs: new ECSClient(options), cloudwatch: new CloudWatchClient(options) };
}
