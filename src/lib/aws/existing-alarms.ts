import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const NAMES_PER_CALL = 100;

/** Of these names, those that metric alarms have. */
export type ExistingAlarms = (names: string[]) => Promise<string[]>;

export function existingAlarms(access: AwsAccess): ExistingAlarms {
  const send = openClient(access, 'cloudwatch', CloudWatchClient);
  // No names would mean every alarm of the account: without batches there is no call.
  return (names) =>
    inBatches(names, NAMES_PER_CALL, (AlarmNames) =>
      allPages(async (NextToken) => {
        const reply = await send(
          new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['MetricAlarm'], NextToken }),
        );
        return {
          items: (reply.MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []),
          next: reply.NextToken,
        };
      }),
    );
}
