import { ConnectionFault } from '../connection-fault.ts';
import type { Taken, Wire } from '../wire.ts';

/** What a server says to a client. https://docs.nats.io/reference/reference-protocols/nats-protocol */
export type NatsItem =
  | { type: 'pong' | 'ping' | 'other' }
  | { type: 'error'; text: string }
  | ({ type: 'message' } & NatsMessage);

export interface NatsMessage {
  /** Of the header's first line: 503 where nobody subscribes. */
  status: number | undefined;
  /** By their names in lower case. */
  headers: Map<string, string>;
  data: Uint8Array;
}

/** Until the server says something that is wanted; its pings are answered, the rest is dropped. */
export async function waitFor(
  wire: Wire,
  what: string,
  wanted: (item: NatsItem) => boolean,
): Promise<NatsItem> {
  for (;;) {
    const item = await wire.take(what, nextItem);
    if (item.type === 'ping') wire.send('PONG\r\n');
    if (wanted(item)) return item;
  }
}

/**
 * The first thing in what was received, one byte a character; undefined while it is not complete. Pure.
 * @throws ConnectionFault protocol
 */
export function nextItem(received: string): Taken<NatsItem> | undefined {
  const end = received.indexOf('\r\n');
  if (end < 0) return undefined;
  const line = received.slice(0, end);
  const rest = received.slice(end + 2);
  const [word = ''] = line.split(' ', 1);
  if (word === 'PONG') return { item: { type: 'pong' }, rest };
  if (word === 'PING') return { item: { type: 'ping' }, rest };
  if (word === 'INFO' || word === '+OK') return { item: { type: 'other' }, rest };
  if (word === '-ERR') return { item: { type: 'error', text: line.slice(word.length).trim() }, rest };
  if (word === 'MSG' || word === 'HMSG') return message(line, rest);
  throw new ConnectionFault('protocol', `it says ${JSON.stringify(line.slice(0, 60))}`);
}

/** `MSG subject sid [reply] bytes`, `HMSG subject sid [reply] bytes-of-header bytes`; the payload follows. */
function message(line: string, rest: string): Taken<NatsItem> | undefined {
  const words = line.split(' ');
  const total = Number(words.at(-1));
  const header = words[0] === 'HMSG' ? Number(words.at(-2)) : 0;
  if (!Number.isInteger(total) || !Number.isInteger(header) || header > total)
    throw new ConnectionFault('protocol', `it says ${JSON.stringify(line.slice(0, 60))}`);
  if (rest.length < total + 2) return undefined;
  const item = {
    type: 'message' as const,
    ...headerOf(rest.slice(0, header)),
    data: Buffer.from(rest.slice(header, total), 'latin1'),
  };
  return { item, rest: rest.slice(total + 2) };
}

/** `NATS/1.0 503\r\nName: value\r\n\r\n` */
function headerOf(text: string): Pick<NatsMessage, 'status' | 'headers'> {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^NATS\/1\.0 (\d{3})/.exec(first)?.[1];
  const headers = new Map(
    lines.flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 1 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
  return { status: status === undefined ? undefined : Number(status), headers };
}
