import type {
  InputLogEvent,
  PutLogEventsRequest,
  PutLogEventsResponse,
  RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsContext } from '../context.ts';
import { type Archive, groupOf, streamOf } from './archive.ts';
import { invalid } from './names.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const LIMITS = {
  events: 10_000,
  /** Bytes of a batch, each event counting 26 besides its text. */
  batch: 1_048_576,
  overhead: 26,
};
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const MOST_FUTURE = 2 * HOUR;
const MOST_PAST = 14 * DAY;

export function putOperations({ clock }: AwsContext, archive: Archive) {
  return {
    PutLogEvents(input: PutLogEventsRequest): PutLogEventsResponse {
      const { logGroupName = '', logStreamName = '', logEvents = [] } = input;
      const stream = streamOf(archive, logGroupName, logStreamName);
      checkBatch(logEvents);
      const days = groupOf(archive, logGroupName).retentionInDays;
      const { accepted, rejected } = sortOut(logEvents, clock(), days);
      const events = accepted.map(({ timestamp = 0, message = '' }) => ({ timestamp, message }));
      if (events.length > 0) archive.append(logGroupName, stream, events, true);
      return { nextSequenceToken: stream.id, ...(rejected && { rejectedLogEventsInfo: rejected }) };
    },
  };
}

function checkBatch(events: InputLogEvent[]): void {
  if (events.length < 1 || events.length > LIMITS.events)
    throw invalid(
      `1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and ${LIMITS.events}`,
    );
  let bytes = 0;
  let before = 0;
  for (const { timestamp = 0, message = '' } of events) {
    if (message === '')
      throw invalid(
        "1 validation error detected: Value at 'logEvents.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1",
      );
    if (timestamp < before)
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    before = timestamp;
    bytes += Buffer.byteLength(message) + LIMITS.overhead;
  }
  if (bytes > LIMITS.batch)
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${LIMITS.batch}`);
  if (before - (events[0]?.timestamp ?? 0) > DAY)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
}

/** Too old or too new is dropped and said so; the rest is taken. Events are in order, so three cuts tell all. */
function sortOut(
  events: InputLogEvent[],
  now: number,
  retentionInDays: number | undefined,
): { accepted: InputLogEvent[]; rejected: RejectedLogEventsInfo | undefined } {
  const countOlder = (than: number) => events.filter(({ timestamp = 0 }) => timestamp < than).length;
  const expired = retentionInDays === undefined ? 0 : countOlder(now - retentionInDays * DAY);
  const tooOld = countOlder(now - MOST_PAST);
  const tooNew = countOlder(now + MOST_FUTURE + 1);
  const accepted = events.slice(Math.max(expired, tooOld), tooNew);
  if (accepted.length === events.length) return { accepted, rejected: undefined };
  return {
    accepted,
    rejected: {
      ...(expired > 0 && { expiredLogEventEndIndex: expired }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(tooNew < events.length && { tooNewLogEventStartIndex: tooNew }),
    },
  };
}
