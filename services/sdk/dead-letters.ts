import { headers, type NatsConnection } from 'nats';
import { maxPayload } from './size.ts';

/** Work that has failed for good: it is put aside, with the reason, for people to look at and to replay. */
export interface DeadLetter {
  /** Where it came from, and where a replay goes. */
  subject: string;
  data: Uint8Array;
  reason: string;
  /** Two letters with one id are one. */
  id: string;
  /** Headers that whoever failed wants back with a replay. */
  about?: Record<string, string>;
}

/** Its headers. `Gsys-Left-Out` is there instead of a content that was too large to be put aside, in bytes. */
export const LETTER = { subject: 'Gsys-Subject', reason: 'Gsys-Reason', leftOut: 'Gsys-Left-Out' } as const;
const MAX_REASON = 256;
/** Bytes that headers may take. */
const HEADERS = 4096;

/**
 * Stores a letter under `dlq.<subject>`; service.yaml must say that the service publishes `dlq.>`. Settle the work
 * itself only afterwards: a letter that cannot be stored is an exception.
 */
export async function putAside(nc: NatsConnection, letter: DeadLetter): Promise<void> {
  const { subject, data, reason, id, about = {} } = letter;
  const told = headers();
  for (const [name, value] of Object.entries(about)) told.set(name, value);
  told.set(LETTER.subject, subject);
  told.set(LETTER.reason, reason.replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_REASON));
  const fits = data.length + HEADERS <= maxPayload(nc);
  if (!fits) told.set(LETTER.leftOut, String(data.length));
  const jetstream = nc.jetstream({ checkAPI: false });
  await jetstream.publish(`dlq.${subject}`, fits ? data : undefined, { headers: told, msgID: id });
}

/** A replay is for the subscription alone that the letter failed at: the others have had it. */
export const REPLAY_FOR = 'Gsys-Replay-For';
