import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { FLEET_TAG } from '../fleet/names.ts';
import { allPages } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { awsErrorName, unlessNamed } from './errors.ts';

export interface LogEvent {
  /** CloudWatch's own, unique in its group. */
  id: string;
  group: string;
  stream: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  /** When CloudWatch took it: later than its time by what the way, or a clock that is off, made of it. */
  ingested: number;
  message: string;
}

export interface EventPage {
  events: LogEvent[];
  /** Of the next page, which may be empty and still have one after it. */
  next: string | undefined;
}

export interface EventsFilter {
  group: string;
  /** Milliseconds since the epoch. */
  start: number;
  end?: number | undefined;
  /** Of the stream's name. */
  prefix?: string | undefined;
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
  pattern?: string | undefined;
}

export interface Logs {
  /** Makes the group with a retention, if there is none. @returns whether it was made */
  ensureGroup(group: string, fleet: string, retentionDays: number): Promise<boolean>;
  /** Appends; makes the stream when there is none. */
  putEvents(group: string, stream: string, events: { timestamp: number; message: string }[]): Promise<void>;
  /** One request. */
  eventPage(filter: EventsFilter, token: string | undefined): Promise<EventPage>;
  /** Every event of the window, oldest first; none when the group does not exist. */
  filterEvents(filter: EventsFilter): Promise<LogEvent[]>;
  /** The last events of one stream, oldest first; none when it does not exist. */
  tail(group: string, stream: string, limit: number): Promise<{ timestamp: number; message: string }[]>;
  /** Every event of one stream, oldest first. */
  readStream(group: string, stream: string): Promise<{ timestamp: number; message: string }[]>;
  /** Names of streams, the last one in alphabetical order first. */
  streamNames(group: string, limit: number): Promise<string[]>;
}

const GONE = ['ResourceNotFoundException'];

/** @param attempts of one request; 1 for who paces and repeats by itself */
export function logs(access: AwsAccess, attempts?: number): Logs {
  const send = openClient(access, 'logs', CloudWatchLogsClient, attempts);

  const eventPage: Logs['eventPage'] = async ({ group, start, end, prefix, pattern }, nextToken) => {
    const reply = await send(
      new FilterLogEventsCommand({
        logGroupName: group,
        startTime: Math.max(0, start),
        endTime: end,
        logStreamNamePrefix: prefix,
        filterPattern: pattern,
        nextToken,
      }),
    );
    return {
      events: (reply.events ?? []).map((event) => ({
        id: event.eventId ?? '',
        group,
        stream: event.logStreamName ?? '',
        timestamp: event.timestamp ?? 0,
        ingested: event.ingestionTime ?? 0,
        message: event.message ?? '',
      })),
      next: reply.nextToken,
    };
  };

  const put: Logs['putEvents'] = async (logGroupName, logStreamName, logEvents) => {
    await send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  };

  return {
    async ensureGroup(logGroupName, fleet, retentionInDays) {
      const made = await unlessNamed(
        ['ResourceAlreadyExistsException'],
        undefined,
        send(new CreateLogGroupCommand({ logGroupName, tags: { [FLEET_TAG]: fleet } })),
      );
      if (made === undefined) return false;
      await send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
      return true;
    },

    async putEvents(logGroupName, logStreamName, events) {
      try {
        await put(logGroupName, logStreamName, events);
      } catch (error) {
        if (awsErrorName(error) !== 'ResourceNotFoundException') throw error;
        const make = new CreateLogStreamCommand({ logGroupName, logStreamName });
        await unlessNamed(['ResourceAlreadyExistsException'], undefined, send(make));
        await put(logGroupName, logStreamName, events);
      }
    },

    eventPage,

    filterEvents: (filter) =>
      unlessNamed(
        GONE,
        [],
        allPages(async (token) => {
          const { events: items, next } = await eventPage(filter, token);
          return { items, next };
        }),
      ),

    async tail(logGroupName, logStreamName, limit) {
      const command = new GetLogEventsCommand({ logGroupName, logStreamName, limit, startFromHead: false });
      const reply = await unlessNamed(GONE, undefined, send(command));
      return (reply?.events ?? []).map(plainEvent);
    },

    readStream: (logGroupName, logStreamName) =>
      unlessNamed(
        GONE,
        [],
        allPages(async (nextToken) => {
          const reply = await send(
            new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken }),
          );
          const next = reply.nextForwardToken;
          // That of the last page comes back unchanged: so this API says "no more".
          return { items: (reply.events ?? []).map(plainEvent), next: next === nextToken ? undefined : next };
        }),
      ),

    async streamNames(logGroupName, limit) {
      const command = new DescribeLogStreamsCommand({
        logGroupName,
        orderBy: 'LogStreamName',
        descending: true,
        limit,
      });
      const reply = await unlessNamed(GONE, undefined, send(command));
      return (reply?.logStreams ?? []).map(({ logStreamName }) => logStreamName ?? '');
    },
  };
}

function plainEvent(event: { timestamp?: number | undefined; message?: string | undefined }) {
  return { timestamp: event.timestamp ?? 0, message: event.message ?? '' };
}
