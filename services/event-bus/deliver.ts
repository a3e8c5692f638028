import { fromBinary } from '@bufbuild/protobuf';
import { headers, type JsMsg, type NatsConnection } from 'nats';
import { GameEventSchema } from '../gen/event_bus_pb.js';
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
  if (!hasAll(metadataOf(message), filters)) return message.ack();
  const reason = await attempt(nc, id, callback, message);
  if (reason === undefined) return message.ack();
  const wait = waits[message.info.deliveryCount - 1];
  const about = { subscription: id, callback, subject: message.subject, sequence: message.seq, reason };
  if (wait !== undefined) {
    log.debug(about, 'an event was not acknowledged, trying again');
    return message.nak(wait);
  }
  await putAside(nc, id, message, reason);
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

async function putAside(nc: NatsConnection, id: string, message: JsMsg, reason: string): Promise<void> {
  const about = told(id, message);
  about.set('Gsys-Reason', reason.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 256));
  const jetstream = nc.jetstream({ checkAPI: false });
  await jetstream.publish(`dlq.${message.subject}`, message.data, {
    headers: about,
    msgID: `${id}:${message.info.stream}:${message.seq}`,
  });
}

/** What a subscriber recognises a repetition by. */
function told(id: string, message: JsMsg) {
  const result = headers();
  result.set('Gsys-Subscription', id);
  result.set('Gsys-Subject', message.subject);
  result.set('Gsys-Sequence', `${message.info.stream}:${message.seq}`);
  return result;
}
