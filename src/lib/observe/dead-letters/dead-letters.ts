import { ErrorCode, headers, type MsgHdrs, type NatsConnection, NatsError } from 'nats';
import { GsysError, messageOf } from '../../errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { DEAD_LETTERS, deadLetterStream } from './stream.ts';

/** Work that failed for good, as services/sdk/dead-letters.ts puts it aside. */
export interface DeadLetter {
  /** In the stream of dead letters: what it is called by. */
  sequence: number;
  /** That it was meant for, and is replayed to. */
  subject: string;
  reason: string;
  /** When it was put aside. */
  at: string;
  bytes: number;
  /** `GAME_EVENTS:17`, where it came from a stream. */
  origin?: string;
  /** At event-bus: the one that did not take it. */
  subscription?: string;
  /** Its content was too large to be put aside: it cannot be replayed. */
  leftOut?: true;
}

export interface LetterContent extends DeadLetter {
  data: Uint8Array;
}

export interface DeadLetters {
  /** @param subject a filter of subjects they were meant for; @returns the newest, oldest first, of how many */
  list(subject: string, limit: number): Promise<{ total: number; letters: DeadLetter[] }>;
  /** @throws GsysError NO_SUCH_LETTER */
  read(sequence: number): Promise<LetterContent>;
  /**
   * Publishes it again to where it was meant for. What is done twice is stored once, as long as the stream remembers.
   * @returns where it lies now, `GAME_EVENTS:18`
   * @throws GsysError REPLAY_FAILED
   */
  publish(letter: LetterContent): Promise<string>;
  /** That it is gone is fine. */
  remove(sequence: number): Promise<void>;
}

/** Letters whose headers are on their way at a time. */
const BATCH = 500;
/** Milliseconds. */
const TIMEOUT = 5_000;

export function deadLetters(nc: NatsConnection, fleet: Pick<Fleet, 'nats'>): DeadLetters {
  const stream = deadLetterStream(fleet);
  if (stream === undefined)
    throw new GsysError('INVALID_DEFINITION', `gsys.yaml has no stream that holds ${DEAD_LETTERS}>`);
  const jetstream = nc.jetstream({ timeout: TIMEOUT, checkAPI: false });
  const manager = () => jetstream.jetstreamManager(false);

  return {
    list: (subject, limit) =>
      recognised(stream, async () => {
        const { streams } = await manager();
        const { state } = await streams.info(stream, { subjects_filter: DEAD_LETTERS + subject });
        const total = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
        const letters: DeadLetter[] = [];
        if (total === 0) return { total, letters };
        const options = { filterSubjects: DEAD_LETTERS + subject, headers_only: true };
        const consumer = await jetstream.consumers.get(stream, options);
        for (let seen = 0; seen < total; ) {
          const before = seen;
          const batch = Math.min(BATCH, total - seen);
          for await (const message of await consumer.fetch({ max_messages: batch, expires: TIMEOUT })) {
            seen++;
            const { headers, seq, info } = message;
            const size = Number(headers?.get('Nats-Msg-Size') || 0);
            letters.push(toLetter(seq, info.timestampNanos / 1e6, size, headers));
            if (letters.length > limit) letters.shift();
          }
          // Some were removed meanwhile.
          if (seen === before) break;
        }
        return { total, letters };
      }),
    read: (sequence) =>
      recognised(stream, async () => {
        const { streams } = await manager();
        const { seq, time, data, header } = await streams.getMessage(stream, { seq: sequence });
        return { ...toLetter(seq, time.getTime(), data.length, header), data };
      }),

    publish: async ({ subject, sequence, subscription, data }) => {
      const told = headers();
      if (subscription !== undefined) told.set(REPLAY_FOR, subscription);
      const options = { headers: told, msgID: `replay:${stream}:${sequence}` };
      try {
        const ack = await jetstream.publish(subject, data, options);
        return `${ack.stream}:${ack.seq}`;
      } catch (cause) {
        throw new GsysError('REPLAY_FAILED', whyNot(cause, subject), { cause });
      }
    },

    remove: (sequence) =>
      recognised(stream, async () => {
        const { streams } = await manager();
        await streams.deleteMessage(stream, sequence).catch((error) => {
          if (!isNotFound(error)) throw error;
        });
      }),
  };
}

/** What event-bus heeds: the subscription alone that it failed at gets it again. */
const REPLAY_FOR = 'Gsys-Replay-For';

function toLetter(sequence: number, at: number, bytes: number, told: MsgHdrs | undefined): DeadLetter {
  const header = (name: string) => told?.get(name) || undefined;
  const [origin, subscription] = [header('Gsys-Sequence'), header('Gsys-Subscription')];
  return {
    sequence,
    subject: header('Gsys-Subject') ?? '',
    reason: header('Gsys-Reason') ?? '',
    at: new Date(at).toISOString(),
    bytes,
    ...(origin !== undefined && { origin }),
    ...(subscription !== undefined && { subscription }),
    ...(header('Gsys-Left-Out') !== undefined && { leftOut: true }),
  };
}

async function recognised<T>(stream: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isNotFound(cause)) {
      const noStream = (cause as NatsError).api_error?.err_code === STREAM_NOT_FOUND;
      throw new GsysError(
        'NO_SUCH_LETTER',
        noStream ? `there is no stream ${stream}` : 'there is no such letter',
        {
          cause,
          next: noStream ? 'gsys streams apply' : 'gsys dlq list',
        },
      );
    }
    if (cause instanceof NatsError)
      throw new GsysError('NATS_UNREACHABLE', `JetStream does not answer: ${cause.message}`, { cause });
    throw cause;
  }
}

/** https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const STREAM_NOT_FOUND = 10059;
const NOTHING_TO_DELETE = 10057;

function isNotFound(error: unknown): boolean {
  const fault = error instanceof NatsError ? error.api_error : undefined;
  return fault?.code === 404 || fault?.err_code === NOTHING_TO_DELETE;
}

function whyNot(cause: unknown, subject: string): string {
  const code = cause instanceof NatsError ? cause.code : undefined;
  return code === ErrorCode.NoResponders ? `no stream holds ${subject}` : messageOf(cause);
}
