import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { allPages } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

export interface LogGroupState {
  name: string;
  /** Undefined keeps everything for ever. */
  retentionDays: number | undefined;
}

export interface LogStreamState {
  name: string;
  /** CloudWatch says so up to an hour late. */
  hasEvents: boolean;
}

export interface RecentStreams {
  /** Those that were written to last, the latest first. */
  streams: LogStreamState[];
  /** Whether there are others. */
  more: boolean;
}

export interface LogGroups {
  /** Those whose names begin so. */
  groups(prefix: string): Promise<LogGroupState[]>;
  /** @param most rounded up to fifties: so many come in a request. None when the group does not exist. */
  recentStreams(group: string, most: number): Promise<RecentStreams>;
}

/** What log groups and streams there are; their events are read by `logs`. */
export function logGroups(access: AwsAccess): LogGroups {
  const send = openClient(access, 'logs', CloudWatchLogsClient);
  return {
    groups: (logGroupNamePrefix) =>
      allPages(async (nextToken) => {
        const reply = await send(new DescribeLogGroupsCommand({ logGroupNamePrefix, nextToken }));
        const items = (reply.logGroups ?? []).map(({ logGroupName = '', retentionInDays }) => ({
          name: logGroupName,
          retentionDays: retentionInDays,
        }));
        return { items, next: reply.nextToken };
      }),

    async recentStreams(logGroupName, most) {
      const streams: LogStreamState[] = [];
      let nextToken: string | undefined;
      do {
        const command = new DescribeLogStreamsCommand({
          logGroupName,
          orderBy: 'LastEventTime',
          descending: true,
          nextToken,
        });
        const reply = await unlessNamed(['ResourceNotFoundException'], undefined, send(command));
        for (const { logStreamName = '', firstEventTimestamp } of reply?.logStreams ?? [])
          streams.push({ name: logStreamName, hasEvents: firstEventTimestamp !== undefined });
        nextToken = reply?.nextToken;
      } while (nextToken !== undefined && streams.length < most);
      return { streams, more: nextToken !== undefined };
    },
  };
}
