import type { GetLogEventsRequest, GetLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsContext } from '../context.ts';
import { pageSize } from '../paging.ts';
import { type Archive, groupOf, streamOf } from './archive.ts';
import { groupGiven, invalid } from './names.ts';
import { MOST_EVENTS, pageOfEvents, retainedFrom } from './page-of-events.ts';

/** A place between two events of a stream; tokens are such places with the direction to read from there. */
interface Place {
  timestamp: number;
  sequence: number;
}

export function getOperations({ clock }: AwsContext, archive: Archive) {
  return {
    /**
     * One stream, a page at a time, always oldest first. Reading on at an end gives no events and the same token
     * again: that is how callers know, and how followers wait.
     */
    async GetLogEvents(input: GetLogEventsRequest): Promise<GetLogEventsResponse> {
      const group = groupGiven(input);
      const stream = streamOf(archive, group, input.logStreamName ?? '');
      const limit = pageSize(input.limit, { most: MOST_EVENTS, usual: MOST_EVENTS, refuse: invalid });
      const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
      const backward = token ? token.direction === 'b' : !input.startFromHead;
      const range = {
        from: Math.max(input.startTime ?? 0, retainedFrom(groupOf(archive, group), clock())),
        // The end itself is not included.
        to: (input.endTime ?? Number.MAX_SAFE_INTEGER) - 1,
        after: token && { ...token.place, stream: stream.id },
        backward,
      };
      const { events } = await pageOfEvents([stream], range, { limit });
      if (backward) events.reverse();
      const start = token?.place ?? { timestamp: 0, sequence: 0 };
      return {
        events: events.map(({ timestamp, message, ingested }) => ({
          timestamp,
          message,
          ingestionTime: ingested,
        })),
        nextForwardToken: writeToken('f', events.at(-1) ?? start),
        nextBackwardToken: writeToken('b', events[0] ?? start),
      };
    },
  };
}

function writeToken(direction: 'f' | 'b', { timestamp, sequence }: Place): string {
  return `${direction}/${String(timestamp).padStart(20, '0')}${String(sequence).padStart(36, '0')}/s`;
}

function parseToken(token: string): { direction: string; place: Place } {
  const [, direction, timestamp, sequence] = /^([fb])\/(\d{20})(\d{36})\/s$/.exec(token) ?? [];
  if (!direction) throw invalid('The specified nextToken is invalid.');
  return { direction, place: { timestamp: Number(timestamp), sequence: Number(sequence) } };
}
