import type { Msg } from 'nats';
import type { Link } from './connect.ts';
import { Code, ServiceError } from './errors.ts';
import { exchange, type Sending, statusOf } from './exchange.ts';
import { ALIVE, ALIVE_MS, END, STREAM_HEADER } from './stream.ts';

/** Bytes that wait for whoever reads them. */
const MOST_WAITING = 1024 * 1024;
/** Silence after which the sender is taken for dead; milliseconds. */
const SILENCE_MS = 4 * ALIVE_MS;

/**
 * Asks for a reply in parts; see stream.ts. Ends with a failure unless every part has come, in order. A reply that is a
 * failure of the contract is handed over as it is, as the last one. To leave the loop tells the sender to stop.
 */
export async function* receiveParts(link: Link, sending: Sending): AsyncGenerator<Msg, void> {
  const { subject } = sending;
  const messages: Msg[] = [];
  let waiting = 0;
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  let last: Msg | undefined;
  let end = () => {};
  const fail = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  const leave = () => {
    end();
    if (last) link.inbox.stop(last);
    last = undefined;
  };
  const silence = setTimeout(
    () => fail(new ServiceError(Code.UNAVAILABLE, `${subject} has fallen silent.`)),
    SILENCE_MS,
  );
  const take = (message: Msg) => {
    silence.refresh();
    last = message;
    if (message.headers?.get(STREAM_HEADER) === ALIVE) return;
    messages.push(message);
    waiting += message.data.length;
    if (waiting > MOST_WAITING) {
      fail(new ServiceError(Code.RESOURCE_EXHAUSTED, 'The reply is read too slowly.'));
      leave();
    }
    wake();
  };
  try {
    end = exchange(link, sending, { take, fail });
    for (let count = 0; ; count++) {
      while (messages.length === 0) {
        if (failure) throw failure.error;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const message = messages.shift() as Msg;
      waiting -= message.data.length;
      if (isLast(message, count, subject)) {
        last = undefined;
        if (statusOf(message) !== 0) yield message;
        return;
      }
      yield message;
    }
  } finally {
    clearTimeout(silence);
    leave();
  }
}

/** @throws ServiceError when it is not the one that comes after `count` parts */
function isLast(message: Msg, count: number, subject: string): boolean {
  if (statusOf(message) !== 0) return true;
  const what = message.headers?.get(STREAM_HEADER) ?? '';
  if (what === `${END} ${count}`) return true;
  if (what === String(count)) return false;
  if (what === '') throw new ServiceError(Code.INTERNAL, `${subject} does not answer in parts.`);
  throw new ServiceError(Code.UNAVAILABLE, `A part of the reply of ${subject} was lost.`);
}
