import type { FilterLogEventsRequest, FilterLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsContext } from '../context.ts';
import { decodeToken, encodeToken, pageSize } from '../paging.ts';
import { type Archive, groupOf, streamOf } from './archive.ts';
import { groupGiven, invalid } from './names.ts';
import { MOST_EVENTS, pageOfEvents, retainedFrom } from './page-of-events.ts';
import { parsePattern } from './pattern/pattern.ts';
import type { Position, StreamFile } from './stream-file.ts';

const MOST_STREAM_NAMES = 100;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const FIRST_BACKWARD = Date.UTC(2024, 0, 1);

export function filterOperations({ clock }: AwsContext, archive: Archive) {
  return {
    /**
     * A group's events across its streams, by time, the latest first where startFromHead is false. A page may be
     * empty and still have a token.
     */
    async FilterLogEvents(input: FilterLogEventsRequest): Promise<FilterLogEventsResponse> {
      const group = groupGiven(input);
      const { retentionInDays } = groupOf(archive, group);
      const streams = chosenStreams(archive, group, input);
      const names = new Map(streams.map(({ id, name }) => [id, name]));
      const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
      const backward = token?.backward ?? input.startFromHead === false;
      if (backward && (input.startTime ?? 0) < FIRST_BACKWARD)
        throw invalid('startFromHead can be false only when startTime is on or after January 1, 2024.');
      const range = {
        backward,
        from: Math.max(input.startTime ?? 0, retainedFrom({ retentionInDays }, clock())),
        // Other than in GetLogEvents, the end is included.
        to: input.endTime ?? Number.MAX_SAFE_INTEGER,
        after: token,
      };
      const { events, stoppedAt } = await pageOfEvents(streams, range, {
        limit: pageSize(input.limit, { most: MOST_EVENTS, usual: MOST_EVENTS, refuse: invalid }),
        matches: parsePattern(input.filterPattern ?? ''),
      });
      return {
        events: events.map((event) => ({
          logStreamName: names.get(event.stream),
          timestamp: event.timestamp,
          message: event.message,
          ingestionTime: event.ingested,
          eventId: eventId(event),
        })),
        searchedLogStreams: [],
        nextToken: stoppedAt && writeToken(stoppedAt, backward),
      };
    },
  };
}

function chosenStreams(archive: Archive, group: string, input: FilterLogEventsRequest): StreamFile[] {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined)
    throw invalid('logStreamNames and logStreamNamePrefix cannot be given together.');
  if (names === undefined)
    return [...archive.streams(group).values()].filter(({ name }) => name.startsWith(prefix ?? ''));
  if (names.length < 1 || names.length > MOST_STREAM_NAMES)
    throw invalid(`logStreamNames must hold 1 to ${MOST_STREAM_NAMES} names.`);
  return [...new Set(names)].map((name) => streamOf(archive, group, name));
}

/** 56 digits, as AWS's: time, stream, place. The same event has the same id in every answer. */
function eventId({ timestamp, stream, sequence }: Position): string {
  const streamNumber = BigInt(`0x${stream}`);
  return `${String(timestamp).padStart(16, '0')}${String(streamNumber).padStart(20, '0')}${String(sequence).padStart(20, '0')}`;
}

function writeToken({ timestamp, stream, sequence }: Position, backward: boolean): string {
  return encodeToken(`${backward ? 'b' : 'f'} ${timestamp} ${stream} ${sequence}`);
}

function parseToken(token: string): Position & { backward: boolean } {
  const refuse = () => invalid('The specified nextToken is invalid.');
  const [, direction, timestamp, stream, sequence] =
    /^([bf]) (\d+) ([0-9a-f]+) (\d+)$/.exec(decodeToken(token, refuse)) ?? [];
  if (!stream) throw refuse();
  return { backward: direction === 'b', timestamp: Number(timestamp), stream, sequence: Number(sequence) };
}
