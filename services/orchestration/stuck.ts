import { fromBinary } from '@bufbuild/protobuf';
import { AckPolicy, type JsMsg } from 'nats';
import { GameEventSchema } from '../gen/event_bus_pb.js';
import { NotConnected } from '../sdk/call-errors.ts';
import type { Link } from '../sdk/connect.ts';
import { putAside } from '../sdk/dead-letters.ts';
import { encodeEvent } from '../sdk/events.ts';
import type { Logger } from '../sdk/log.ts';
import { repeat } from '../sdk/repeat.ts';

/** A step that could not be taken back. It is a dead letter until somebody replays it into the work queue. */
const SUBJECT = 'evt.orchestration.compensation.failed.v1';
const STREAM = 'ORCHESTRATION_WORK';
const DURABLE = 'compensations';

/** Milliseconds. */
const TIMEOUT_MS = 1_500;
const RETRY_MS = 1_000;
const EXPIRES_MS = 5_000;

/** @throws when it cannot be stored: then it is not settled */
export async function putStuckAside(
  link: Link,
  execution: string,
  step: string,
  reason: string,
): Promise<void> {
  // Each time that it could not be taken back is a letter of its own.
  const id = `orchestration.${execution}.${step}.${Date.now()}`;
  const data = encodeEvent(SUBJECT, { id, payload: { execution_id: execution, step } });
  await putAside(connectionOf(link), { subject: SUBJECT, data, reason: `${step}: ${reason}`, id });
}

export interface RetakeOptions {
  link: Link;
  /** Lets the step be taken back once more. */
  retake(execution: string, step: string): Promise<void>;
  log: Logger;
}

/** Takes what was replayed from the work queue. All tasks do; each letter goes to one of them. @returns ends it */
export function retakeReplayed({ link, retake, log }: RetakeOptions): () => Promise<void> {
  const take = async (message: JsMsg) => {
    const { payload } = fromBinary(GameEventSchema, message.data);
    await retake(String(payload?.execution_id), String(payload?.step));
    message.ack();
  };
  return repeat('taking back what was replayed', RETRY_MS, log, async (signal) => {
    const jetstream = connectionOf(link).jetstream({ timeout: TIMEOUT_MS, checkAPI: false });
    const { consumers } = await jetstream.jetstreamManager(false);
    const filter = { durable_name: DURABLE, filter_subject: SUBJECT, ack_policy: AckPolicy.Explicit };
    await consumers.add(STREAM, filter);
    const consumer = await jetstream.consumers.get(STREAM, DURABLE);
    const messages = await consumer.consume({ expires: EXPIRES_MS, abort_on_missing_resource: true });
    const stop = () => void messages.close();
    signal.addEventListener('abort', stop, { once: true });
    // It may have been aborted while the consumer was asked for.
    if (signal.aborted) stop();
    // Unsettled, it comes again by itself.
    for await (const message of messages)
      await take(message).catch((error) => log.error({ err: error }, 'a replayed step was not taken'));
    signal.removeEventListener('abort', stop);
  });
}

function connectionOf(link: Link) {
  const nc = link.connection();
  if (!nc || !link.isConnected()) throw new NotConnected();
  return nc;
}
