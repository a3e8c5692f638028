import { randomUUID } from 'node:crypto';
import { create, type JsonObject, toBinary } from '@bufbuild/protobuf';
import { ErrorCode, NatsError } from 'nats';
import { GameEventSchema } from '../gen/event_bus_pb.js';
import { NotConnected } from './call-errors.ts';
import type { Link } from './connect.ts';
import { Code, ServiceError } from './errors.ts';
import type { Logger } from './log.ts';

export interface NewEvent {
  /** Within a stream, two events with one id are one event. A random one unless given. */
  id?: string;
  payload: JsonObject;
  metadata?: Record<string, string>;
  priority?: number;
  /** Milliseconds since the epoch. Now unless given. */
  timestampMs?: number;
}

export interface Events {
  /**
   * Stores an event in the stream that holds its subject. @param subject `evt.<type>.v1`
   * @throws ServiceError FAILED_PRECONDITION when there is no such stream, UNAVAILABLE
   */
  publish(subject: string, event: NewEvent): Promise<void>;
  /**
   * Tells of a change that is made already: when that fails, the change stands, the event is lost, and the log has
   * the reason.
   */
  announce(subject: string, event: NewEvent, log: Logger): Promise<void>;
}

/** Less than any caller waits. */
const TIMEOUT_MS = 1_500;

export function events(link: Link): Events {
  const publish = async (subject: string, event: NewEvent) => {
    const nc = link.connection();
    if (!nc || !link.isConnected()) throw new NotConnected();
    const id = event.id ?? randomUUID();
    try {
      const jetstream = nc.jetstream({ timeout: TIMEOUT_MS, checkAPI: false });
      await jetstream.publish(subject, encodeEvent(subject, { ...event, id }), { msgID: id });
    } catch (error) {
      throw recognise(error, subject);
    }
  };
  return {
    publish,
    announce: (subject, event, log) =>
      publish(subject, event).catch((error) => log.error({ err: error, subject }, 'an event is lost')),
  };
}

/** An event's bytes, as they lie in a stream and as a callback gets them. */
export function encodeEvent(subject: string, event: NewEvent & { id: string }): Uint8Array {
  const message = create(GameEventSchema, {
    eventId: event.id,
    eventType: subject.replace(/^evt\./, '').replace(/\.v\d+$/, ''),
    timestampMs: BigInt(event.timestampMs ?? Date.now()),
    payload: event.payload,
    metadata: event.metadata ?? {},
    priority: event.priority ?? 0,
  });
  return toBinary(GameEventSchema, message);
}

function recognise(error: unknown, subject: string): ServiceError {
  const code = error instanceof NatsError ? error.code : undefined;
  // JetStream answers for every subject that a stream holds; for others nobody does.
  if (code === ErrorCode.NoResponders)
    return new ServiceError(
      Code.FAILED_PRECONDITION,
      `No stream holds ${subject}: add it to nats.streams in gsys.yaml, then: gsys streams apply`,
    );
  if (code === ErrorCode.MaxPayloadExceeded || error instanceof NatsError === false)
    return new ServiceError(Code.INVALID_ARGUMENT, `The event ${subject} cannot be stored.`, {
      cause: error,
    });
  return new ServiceError(Code.UNAVAILABLE, `The event ${subject} was not stored.`, { cause: error });
}
