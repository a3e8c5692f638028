import { createInbox, type Msg, type NatsConnection } from 'nats';
import { afterAwake } from '../awake.ts';
import { OPERATOR } from '../fleet/identity.ts';
import { inboxPrefix } from './permissions.ts';

/** https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-32.md */
export interface MicroPing {
  name: string;
  id: string;
  version: string;
  metadata?: Record<string, string>;
}

export interface MicroStats extends MicroPing {
  started?: string;
  endpoints?: {
    name: string;
    subject: string;
    num_requests: number;
    num_errors: number;
    last_error?: string;
    /** Of all its requests together, nanoseconds. */
    processing_time?: number;
    /** Whatever the service adds; ours tell the time of their task. */
    data?: { now?: string };
  }[];
}

interface Answers {
  PING: MicroPing;
  STATS: MicroStats;
}

export interface GatherOptions {
  /** Only the instances of one service. */
  service?: string;
  /** Known ids: when all of them have answered, it is over. */
  expected?: string[];
  /** Until the first answer, in milliseconds. */
  maxWait: number;
  /** After an answer, how long to wait for one more, in milliseconds. */
  stall?: number;
}

/** Several times what the slowest instance of a fleet in one region takes. */
const STALL_MS = 120;

/**
 * Asks all instances at once, as the operator. Nobody says who is the last, so it ends when everybody expected has
 * answered, or nobody has for a while. That nobody is there is an empty list: for the caller to judge.
 */
export async function gather<Kind extends keyof Answers>(
  operator: NatsConnection,
  kind: Kind,
  { service, expected, maxWait, stall = STALL_MS }: GatherOptions,
): Promise<Answers[Kind][]> {
  const answers = new Map<string, Answers[Kind]>();
  const missing = expected && new Set(expected);
  const inbox = createInbox(inboxPrefix(OPERATOR));
  const subject = `$SRV.${kind}${service === undefined ? '' : `.${service}`}`;
  await new Promise<void>((resolve) => {
    let cancel = afterAwake(maxWait, end);
    const subscription = operator.subscribe(inbox, {
      callback: (error, msg) => {
        cancel();
        if (error || isNoResponders(msg)) return end();
        const answer = msg.json<Answers[Kind]>();
        answers.set(answer.id, answer);
        missing?.delete(answer.id);
        if (missing?.size === 0) end();
        else cancel = afterAwake(stall, end);
      },
    });
    function end() {
      cancel();
      if (!operator.isClosed()) subscription.unsubscribe();
      resolve();
    }
    void operator.closed().then(end);
    operator.publish(subject, undefined, { reply: inbox });
  });
  return [...answers.values()].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

/** The server answers by itself, empty and with status 503, when nobody subscribes. */
function isNoResponders(msg: Msg): boolean {
  return msg.data.length === 0 && msg.headers?.code === 503;
}
