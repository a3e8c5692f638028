import { JsonCodec } from '@aws-sdk/core/protocols';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { NormalizedSchema } from '@smithy/core/schema';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';

export const EVENT_STREAM = 'application/vnd.amazon.eventstream';

const frames = new EventStreamCodec(toUtf8, fromUtf8);
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

/** The member of an answer that is a stream of events, where the operation has one. */
export function eventsOf(
  output: NormalizedSchema,
  answer: object,
): AsyncIterable<Record<string, object>> | undefined {
  const member = output.getEventStreamMember();
  return member === ''
    ? undefined
    : (answer as Record<string, AsyncIterable<Record<string, object>>>)[member];
}

/**
 * An answer that goes on: `initial-response`, then a frame for each event. An event is `{name: value}` as in the
 * union's schema; a name that is an error's ends up as an exception. Not a generator, which would hear of being
 * closed only after the next event.
 */
export function eventFrames(
  output: NormalizedSchema,
  events: AsyncIterable<Record<string, object>>,
): AsyncIterable<Uint8Array> {
  const union = output.getMemberSchema(output.getEventStreamMember());
  const source = events[Symbol.asyncIterator]();
  let begun = false;
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (!begun) {
          begun = true;
          return { done: false, value: frame('event', 'initial-response', '{}') };
        }
        const { done = false, value } = await source.next();
        return done ? { done, value: undefined } : { done, value: eventFrame(union, value) };
      },
      async return() {
        await source.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

function eventFrame(union: NormalizedSchema, event: Record<string, object>): Uint8Array {
  const [[name, value] = ['', {}]] = Object.entries(event);
  const schema = union.getMemberSchema(name);
  const isError = schema.getMergedTraits().error !== undefined;
  return frame(isError ? 'exception' : 'event', name, written(schema, value));
}

function written(schema: NormalizedSchema, value: object): string {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return String(serializer.flush());
}

function frame(kind: 'event' | 'exception', name: string, body: string): Uint8Array {
  const headers = { ':message-type': kind, [`:${kind}-type`]: name, ':content-type': 'application/json' };
  return frames.encode({
    headers: Object.fromEntries(
      Object.entries(headers).map(([header, value]) => [header, { type: 'string', value }]),
    ),
    body: fromUtf8(body),
  });
}
