import { fromBinary } from '@bufbuild/protobuf';
import { headers, type JsMsg, type NatsConnection } from 'nats';
import { GameEventSchema } from '../gen/event_bus_pb.js';
import { putAside, REPLAY_FOR } from '../sdk/dead-letters.ts';
import type { Logger } from '../sdk/log.ts';
import { hasAll } from './matches.ts';
import type { Subscription } from './registry.ts';

/** How long a subscriber may take to acknowledge; milliseconds. */
const CALLBACK_TIMEOUT_MS = 5_000;
/** Between attempts, in milliseconds; one attempt more than there are waits, then the event is put aside. */
const WAITS_MS = [1_000, 5_000, 15_000, 30_000];

/** Brings one event to one subscriber, and settles it: acknowledged, to be tried again, or put aside under dlq. */
export async function deliver(
  nc: NatsConnection,
  { id, callback, filters }: Subscription,
  message: JsMsg,
  log: Logger,
  waits = WAITS_MS,
): Promise<void> {
  const replayedFor = message.headers?.get(REPLAY_FOR);
  if (replayedFor && replayedFor !== id) return message.ack();
  if (!hasAll(metadataOf(message), filters)) return message.ack();
  const reason = await attempt(nc, id, callback, message);
  if (reason === undefined) return message.ack();
  const wait = waits[message.info.deliveryCount - 1];
  const about = { subscription: id, callback, subject: message.subject, sequence: message.seq, reason };
  if (wait !== undefined) {
    log.debug(about, 'an event was not acknowledged, trying again');
    return message.nak(wait);
  }
  const sequence = sequenceOf(message);
  await putAside(nc, {
    ...{ subject: message.subject, data: message.data, reason },
    id: `${id}:${sequence}`,
    about: { 'Gsys-Subscription': id, 'Gsys-Sequence': sequence },
  });
  log.warn(about, 'an event was never acknowledged and is under dlq now');
  message.term();
}

function metadataOf({ data }: JsMsg): Record<string, string> {
  try {
    return fromBinary(GameEventSchema, data).metadata;
  } catch {
    // Somebody else's event: only those who ask for no metadata get it.
    return {};
  }
}

/** @returns why it was not acknowledged */
async function attempt(nc: NatsConnection, id: string, callback: string, message: JsMsg) {
  try {
    const options = { timeout: CALLBACK_TIMEOUT_MS, headers: told(id, message) };
    const reply = await nc.request(callback, message.data, options);
    return reply.headers?.get('Nats-Service-Error-Code') || undefined;
  } catch (error) {
    return (error as Error).message || String(error);
  }
}

/** What a subscriber recognises a repetition by. */
function told(id: string, message: JsMsg) {
  const result = headers();
  result.set('Gsys-Subscription', id);
  result.set('Gsys-Subject', message.subject);
  result.set('Gsys-Sequence', sequenceOf(message));
  return result;
}

function sequenceOf({ info, seq }: JsMsg): string {
  return `${info.stream}:${seq}`;
}
