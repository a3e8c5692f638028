import { headers, type MsgHdrs, type NatsConnection, type ServiceMsg } from 'nats';
import { NotConnected } from './call-errors.ts';
import { Code, ServiceError } from './errors.ts';
import type { Inbox } from './inbox.ts';
import type { ServedContext } from './request-context.ts';
import { assertFits } from './size.ts';
import { ALIVE, ALIVE_MS, END, MOST_PARTS, STREAM_HEADER } from './stream.ts';

/** Bytes that may be on their way to the server, and what a part costs besides its own. */
const MOST_UNREAD = 64 * 1024;
const OVERHEAD = 512;

export interface PartsOptions {
  nc: NatsConnection;
  inbox: Inbox;
  msg: ServiceMsg;
  context: ServedContext;
}

/**
 * Sends the parts of a reply as they come, and how many they were; see stream.ts. Stops between two of them when
 * nobody waits any more, and tells the handler so at once.
 */
export async function sendParts(
  parts: AsyncIterable<Uint8Array>,
  { nc, inbox, msg, context }: PartsOptions,
): Promise<void> {
  const { signal } = context;
  const mailbox = inbox.open(nc, {
    take: () => context.abort(new ServiceError(Code.ABORTED, 'The caller has gone.')),
    lost: () => context.abort(new NotConnected()),
  });
  const send = (what: string, bytes?: Uint8Array) =>
    msg.respond(bytes, { headers: said(what), reply: mailbox.subject });
  const alive = setInterval(() => {
    if (!signal.aborted) send(ALIVE);
  }, ALIVE_MS);
  let count = 0;
  let unread = 0;
  try {
    for await (const part of parts) {
      if (signal.aborted) return;
      if (count === MOST_PARTS)
        throw new ServiceError(Code.RESOURCE_EXHAUSTED, `A reply has ${MOST_PARTS} parts at most.`);
      assertFits(part, nc);
      send(String(count), part);
      count++;
      unread += part.length + OVERHEAD;
      if (unread < MOST_UNREAD) continue;
      unread = 0;
      // Keeps pace with the server, and lets in who wants to stop a handler that never waits.
      await nc.flush();
    }
    if (!signal.aborted) msg.respond(undefined, { headers: said(`${END} ${count}`) });
  } catch (error) {
    // Why it was aborted is known, and what came of that is no other failure.
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(alive);
    mailbox.close();
  }
}

function said(what: string): MsgHdrs {
  const result = headers();
  result.set(STREAM_HEADER, what);
  return result;
}
