import { type JetStreamManager, NatsError, type StoredMsg, type StreamState } from 'nats';

/** Parts of a bucket that are read at the same time. */
const PARTS = 16;
/** https://github.com/nats-io/nats-server/blob/main/server/errors.json: "no message found". */
const NO_MESSAGE = 10037;

/**
 * The last entry of every key, removed ones too, asked of the bucket's leader message by message: nothing that was there
 * all the while is missing, whatever others write and remove meanwhile. (nats.js's `history` loses entries then, or waits
 * for ever for one that it has counted.)
 * @param state of the stream, just now
 * @param filter of subjects: `$KV.settings.>`
 * @returns in the order in which they were written, and the last sequence that was looked at
 * @throws NatsError when JetStream does not answer
 */
export async function history(
  { streams }: JetStreamManager,
  stream: string,
  { first_seq: first, last_seq: last }: Pick<StreamState, 'first_seq' | 'last_seq'>,
  filter: string,
): Promise<{ entries: StoredMsg[]; revision: number }> {
  const entries = new Map<string, StoredMsg>();
  const keep = (entry: StoredMsg) => {
    if (entry.seq > (entries.get(entry.subject)?.seq ?? 0)) entries.set(entry.subject, entry);
  };
  const next = (seq: number) =>
    streams.getMessage(stream, { seq, next_by_subj: filter } as { seq: number }).catch((error) => {
      if (error instanceof NatsError && error.api_error?.err_code === NO_MESSAGE) return undefined;
      throw error;
    });
  const read = async (from: number, to: number) => {
    for (let seq = from; seq <= to; seq++) {
      const entry = await next(seq);
      if (entry === undefined || entry.seq > to) return;
      keep(entry);
      seq = entry.seq;
    }
  };
  const size = Math.ceil((last - first + 1) / PARTS);
  const parts = Array.from({ length: size === 0 ? 0 : PARTS }, (_, i) => first + i * size);
  await Promise.all(parts.map((from) => read(from, Math.min(last, from + size - 1))));
  // What was written meanwhile has gone from where it was.
  await read(last + 1, Number.MAX_SAFE_INTEGER);
  const seen = [...entries.values()].sort((a, b) => a.seq - b.seq);
  return { entries: seen, revision: Math.max(last, seen.at(-1)?.seq ?? 0) };
}

/** Has its key been deleted or purged? */
export function isRemoved({ header }: StoredMsg): boolean {
  return header.has('KV-Operation');
}
