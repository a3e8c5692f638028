import type {
  LiveTailSessionLogEvent,
  StartLiveTailRequest,
  StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsContext } from '../../context.ts';
import { AwsError } from '../../service.ts';
import type { AppendListener, Archive } from '../archive.ts';
import { parsePattern } from '../pattern/pattern.ts';
import { chooseEvents } from './choose.ts';
import { createSession } from './session.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
const LONGEST = 3 * 60 * 60 * 1000;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_SESSIONS = 15;

export function liveTailOperations(context: AwsContext, archive: Archive) {
  let open = 0;

  return {
    /** Shows what is written from now on, until the caller hangs up or three hours have passed. */
    StartLiveTail(input: StartLiveTailRequest): {
      responseStream: AsyncIterable<StartLiveTailResponseStream>;
    } {
      const chosen = chooseEvents(context, archive, input);
      const matches = parsePattern(input.logEventFilterPattern ?? '');
      if (open >= MOST_SESSIONS)
        throw new AwsError(
          'LimitExceededException',
          `There are ${MOST_SESSIONS} Live Tail sessions already.`,
        );
      open++;
      const session = createSession(context.clock);
      const offer: AppendListener = (group, stream, events, ingested) => {
        const identifier = chosen(group, stream);
        if (identifier === undefined) return;
        session.offer(
          events
            .filter(({ message }) => matches(message))
            .map(
              ({ timestamp, message }): LiveTailSessionLogEvent => ({
                ...{ timestamp, message, ingestionTime: ingested },
                logStreamName: stream,
                logGroupIdentifier: identifier,
              }),
            ),
        );
      };
      const silence = archive.onAppend(offer);
      const end = () => {
        silence();
        session.end();
        open--;
      };
      const start = {
        ...input,
        requestId: context.randomId(),
        sessionId: context.randomId(),
      };
      return { responseStream: untilClosed(updates(context.clock() + LONGEST), once(end)) };

      async function* updates(deadline: number): AsyncGenerator<StartLiveTailResponseStream> {
        yield { sessionStart: start } as StartLiveTailResponseStream;
        for (let update = await session.next(); update; update = await session.next()) {
          if (context.clock() >= deadline) {
            const message = 'The session has ended after three hours.';
            yield { SessionTimeoutException: { message } } as StartLiveTailResponseStream;
            return;
          }
          yield { sessionUpdate: update } as StartLiveTailResponseStream;
        }
      }
    },
  };
}

/** A generator hears of being closed only at its next turn; the session must end at once. */
function untilClosed<T>(events: AsyncGenerator<T>, close: () => void): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const result = await events.next();
        if (result.done) close();
        return result;
      },
      async return() {
        close();
        return { done: true, value: undefined };
      },
    }),
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
