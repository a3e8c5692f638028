import type { NatsConnection } from 'nats';
import { HELD_UP } from '../awake.ts';
import { ConnectionFault, recogniseFault, withDeadline } from '../connection-fault.ts';

/** What a canary is kept in: its own, small, on as many nodes as a stream of the fleet; nothing of anybody’s is touched. */
export const CANARY_STREAM = 'GSYS_CANARY';
const SUBJECT = 'evt.gsys-canary';

export interface CanaryResult {
  /** Milliseconds until a quorum had it. */
  ackMs: number;
  /** Whether another node gave back what was written. */
  readBack: boolean;
}

/**
 * Writes a message, waits until JetStream says that it is kept, reads it through another node and deletes it.
 * @param replicas of its stream, which is made when it is not there
 * @param timeout milliseconds that this process is awake, for each step
 * @throws ConnectionFault
 */
export async function sendCanary(
  writer: NatsConnection,
  reader: NatsConnection,
  { replicas, timeout, text }: { replicas: number; timeout: number; text: string },
): Promise<CanaryResult> {
  const from = performance.now();
  let ack = await publish(writer, text, timeout);
  if (ack === undefined) {
    await ask(writer, `$JS.API.STREAM.CREATE.${CANARY_STREAM}`, streamOf(replicas), timeout);
    ack = await publish(writer, text, timeout);
  }
  if (ack === undefined) throw new ConnectionFault('protocol', `no stream takes ${SUBJECT}`);
  const ackMs = Math.round(performance.now() - from);
  const read = await ask<{ message?: { data?: string } }>(
    reader,
    `$JS.API.STREAM.MSG.GET.${CANARY_STREAM}`,
    { seq: ack.seq },
    timeout,
  );
  const readBack = Buffer.from(read.message?.data ?? '', 'base64').toString() === text;
  await ask(writer, `$JS.API.STREAM.MSG.DELETE.${CANARY_STREAM}`, { seq: ack.seq, no_erase: true }, timeout);
  return { ackMs, readBack };
}

/** An hour of canaries whose deletion failed, and no more than a handful. */
function streamOf(replicas: number): object {
  return {
    ...{ name: CANARY_STREAM, subjects: [SUBJECT], retention: 'limits', storage: 'file', discard: 'old' },
    ...{ max_age: 3600e9, max_msgs: 100, max_bytes: 1024 * 1024, max_consumers: 1, num_replicas: replicas },
  };
}

/** @returns undefined when no stream takes it yet */
async function publish(
  nc: NatsConnection,
  text: string,
  timeout: number,
): Promise<{ seq: number } | undefined> {
  try {
    return await ask<{ seq: number }>(nc, SUBJECT, text, timeout);
  } catch (error) {
    if ((error as { cause?: { code?: string } }).cause?.code === '503') return undefined;
    throw error;
  }
}

async function ask<T>(
  nc: NatsConnection,
  subject: string,
  body: object | string,
  timeout: number,
): Promise<T> {
  try {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const reply = await withDeadline(nc.request(subject, text, { timeout: timeout * HELD_UP }), timeout);
    const { error, ...answer } = reply.json<T & { error?: { description?: string } }>();
    if (error === undefined) return answer as T;
    throw new ConnectionFault(
      'protocol',
      `JetStream refuses it: ${error.description ?? 'without saying why'}`,
    );
  } catch (error) {
    if ((error as { code?: string }).code === '503')
      throw new ConnectionFault('protocol', 'nobody answers', error);
    throw recogniseFault(error);
  }
}
