import { headers, type Msg, type MsgHdrs, type NatsConnection } from 'nats';
import { DeadlineExceeded, NoResponders, NotAllowed, NotConnected, RequestTooLarge } from './call-errors.ts';
import type { Link } from './connect.ts';
import type { Mailbox } from './inbox.ts';
import { TIMEOUT_HEADER } from './request-context.ts';
import { maxPayload } from './size.ts';
import { TRACEPARENT, TRACESTATE, type Trace, traceparent } from './trace.ts';

/** One request on its way. */
export interface Sending {
  subject: string;
  request: Uint8Array;
  /** Milliseconds from now. */
  waitMs: number;
  trace: Trace;
  /** Aborted when whoever it is done for has gone. */
  signal?: AbortSignal | undefined;
}

export interface Listener {
  /** A message that came for the request. */
  take(message: Msg): void;
  /** There will be no more: nobody is there, the connection is lost, the time is over. It comes once. */
  fail(error: unknown): void;
}

/**
 * Sends a request and listens to what comes, until it is told to end or has failed.
 * @returns ends it
 * @throws NotConnected, RequestTooLarge
 */
export function exchange(link: Link, sending: Sending, listener: Listener): () => void {
  const { subject, request, waitMs, trace, signal } = sending;
  signal?.throwIfAborted();
  const nc = openConnection(link, request);
  let mailbox: Mailbox | undefined;
  const end = () => {
    clearTimeout(timer);
    mailbox?.close();
    signal?.removeEventListener('abort', leave);
  };
  const fail = (error: unknown) => {
    end();
    listener.fail(error);
  };
  const leave = () => fail(signal?.reason);
  const timer = setTimeout(() => fail(new DeadlineExceeded(subject, waitMs)), waitMs);
  signal?.addEventListener('abort', leave, { once: true });
  mailbox = link.inbox.open(nc, {
    take: (message) => (isNoResponders(message) ? fail(new NoResponders(subject)) : listener.take(message)),
    lost: () => fail(new NotConnected()),
    refused: (to) => {
      if (to === subject) fail(new NotAllowed(subject));
    },
  });
  nc.publish(subject, request, { reply: mailbox.subject, headers: headersOf(trace, waitMs) });
  return end;
}

/** The first reply to a request. @throws ServiceError */
export function askOnce(link: Link, sending: Sending): Promise<Msg> {
  return new Promise((resolve, reject) => {
    const end = exchange(link, sending, {
      take: (reply) => {
        end();
        resolve(reply);
      },
      fail: reject,
    });
  });
}

/** The HTTP status of a reply that is a failure, else 0. */
export function statusOf({ headers }: Msg): number {
  return Number(headers?.get('Nats-Service-Error-Code') ?? 0);
}

/** While it is not connected, the client would buffer the request and let the caller time out. */
function openConnection(link: Link, request: Uint8Array): NatsConnection {
  const nc = link.connection();
  if (!nc || !link.isConnected()) throw new NotConnected();
  const limit = maxPayload(nc);
  if (request.length > limit) throw new RequestTooLarge(request.length, limit);
  return nc;
}

/** The server answers by itself, empty and with status 503, when nobody subscribes. */
function isNoResponders({ data, headers }: Msg): boolean {
  return data.length === 0 && headers?.code === 503;
}

function headersOf(trace: Trace, waitMs: number): MsgHdrs {
  const result = headers();
  result.set(TRACEPARENT, traceparent(trace));
  if (trace.state) result.set(TRACESTATE, trace.state);
  result.set(TIMEOUT_HEADER, String(Math.ceil(waitMs)));
  return result;
}
