import { type Msg, type NatsConnection, nuid } from 'nats';

/** Where replies are sent. */
export interface Mailbox {
  subject: string;
  close(): void;
}

/** Takes what comes to one mailbox. It must not throw. */
export interface Receiver {
  take(message: Msg): void;
  /** The connection was lost: what was on its way may never come. */
  lost(): void;
  /** The server refused something that was sent to this subject. */
  refused?(subject: string): void;
}

/**
 * All replies to this task, over one subscription of a prefix that is the service's own. The client has such a one
 * itself, but leaves requests waiting when their connection is lost, and knows no reply in several parts.
 */
export interface Inbox {
  /** @param nc the task's connection; a later one is no other */
  open(nc: NatsConnection, receiver: Receiver): Mailbox;
  /** Tells whoever sends a reply in parts to stop: any answer does. The server lets us answer once. */
  stop(message: Msg): void;
  connectionLost(): void;
  sendingRefused(subject: string): void;
}

/** Senders that were told to stop, and of whom something may still be on its way. */
const MOST_STOPPED = 1_000;

/** @param prefix what the service's permissions let it listen to */
export function createInbox(prefix: string): Inbox {
  const base = `${prefix}.${nuid.next()}.`;
  const receivers = new Map<string, Receiver>();
  const stopped = new Set<string>();
  let subscribed = false;
  let count = 0;

  const deliver = (error: unknown, message: Msg) => {
    if (error) return;
    const receiver = receivers.get(message.subject.slice(base.length));
    if (receiver) receiver.take(message);
    // Parts of a reply that nobody here waits for any more.
    else stop(message);
  };

  const stop = (message: Msg) => {
    const { reply } = message;
    if (!reply || stopped.has(reply)) return;
    stopped.add(reply);
    message.respond();
    const [oldest] = stopped;
    if (stopped.size > MOST_STOPPED && oldest) stopped.delete(oldest);
  };

  return {
    open: (nc, receiver) => {
      if (!subscribed) nc.subscribe(`${base}*`, { callback: deliver });
      subscribed = true;
      count++;
      const token = count.toString(36);
      receivers.set(token, receiver);
      return { subject: base + token, close: () => void receivers.delete(token) };
    },
    stop,
    connectionLost: () => {
      for (const receiver of [...receivers.values()]) receiver.lost();
    },
    sendingRefused: (subject) => {
      for (const receiver of [...receivers.values()]) receiver.refused?.(subject);
    },
  };
}
