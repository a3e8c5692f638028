/**
 * A reply in parts: how it travels. The request's reply subject gets one message after another, each with `Gsys-Stream`:
 * `0`, `1`, … for parts, in order; `alive` while there is nothing to say; `end N` after N parts, without a body. A
 * failure, before the first part or after any, is a reply like any other failure (Nats-Service-Error-Code and a body
 * with `error`) and ends it too. Each message but the last names a subject in its turn: whoever answers there, the
 * server itself when nobody listens any more, tells the sender to stop.
 */
export const STREAM_HEADER = 'Gsys-Stream';
export const ALIVE = 'alive';
export const END = 'end';

/** Between two messages at most; milliseconds. Whoever hears nothing for several of these has lost the sender. */
export const ALIVE_MS = 2_000;
/** The server lets a responder send MOST_MESSAGES to one request, whatever they are. */
export const MOST_MESSAGES = 1_000;
/** What is left for parts when a stream of five minutes said `alive` all the time, and how it ended. */
export const MOST_PARTS = 800;
