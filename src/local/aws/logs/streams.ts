import type {
  CreateLogStreamRequest,
  DeleteLogStreamRequest,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  LogStream,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsContext } from '../context.ts';
import { page, pageSize } from '../paging.ts';
import { AwsError } from '../service.ts';
import { type Archive, groupOf, streamOf } from './archive.ts';
import { groupArn, groupGiven, invalid } from './names.ts';
import type { StreamFile } from './stream-file.ts';

export function streamOperations(context: AwsContext, archive: Archive) {
  return {
    CreateLogStream({ logGroupName = '', logStreamName = '' }: CreateLogStreamRequest): object {
      groupOf(archive, logGroupName);
      if (!/^[^:*]{1,512}$/.test(logStreamName))
        throw invalid(
          "1 validation error detected: Value at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
        );
      if (archive.streams(logGroupName).has(logStreamName))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      archive.createStream(logGroupName, logStreamName);
      return {};
    },

    DeleteLogStream({ logGroupName = '', logStreamName = '' }: DeleteLogStreamRequest): object {
      streamOf(archive, logGroupName, logStreamName);
      archive.removeStream(logGroupName, logStreamName);
      return {};
    },

    DescribeLogStreams(input: DescribeLogStreamsRequest): DescribeLogStreamsResponse {
      const group = groupGiven(input);
      const byTime = input.orderBy === 'LastEventTime';
      if (byTime && input.logStreamNamePrefix !== undefined)
        throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
      groupOf(archive, group);
      const matching = [...archive.streams(group).values()].filter(({ name }) =>
        name.startsWith(input.logStreamNamePrefix ?? ''),
      );
      const { items, nextToken } = page(matching, {
        key: (stream) => (byTime ? `${padded(stream.summary().last ?? 0)} ${stream.name}` : stream.name),
        descending: input.descending ?? false,
        limit: pageSize(input.limit, { most: 50, usual: 50, refuse: invalid }),
        token: input.nextToken,
        badToken: () => invalid('The specified nextToken is invalid.'),
      });
      return { logStreams: items.map((stream) => wireStream(groupArn(context, group), stream)), nextToken };
    },
  };
}

function wireStream(group: string, stream: StreamFile): LogStream {
  const { first, last, ingested } = stream.summary();
  return {
    logStreamName: stream.name,
    arn: `${group}:log-stream:${stream.name}`,
    creationTime: stream.createdAt,
    firstEventTimestamp: first,
    lastEventTimestamp: last,
    lastIngestionTime: ingested,
    uploadSequenceToken: stream.id,
    storedBytes: 0,
  };
}

function padded(timestamp: number): string {
  return String(timestamp).padStart(15, '0');
}
