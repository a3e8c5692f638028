import type { Msg } from 'nats';
import { type Breaker, createBreaker } from './breaker.ts';
import { DeadlineExceeded, NoResponders, NotConnected, Overtaken } from './call-errors.ts';
import type { Link } from './connect.ts';
import { Code, HTTP_STATUS, ServiceError } from './errors.ts';
import { askOnce, statusOf } from './exchange.ts';
import type { Logger } from './log.ts';
import { FAULT_OF_HEADER } from './reply.ts';
import { retry } from './retry.ts';
import { receiveParts } from './stream-call.ts';
import type { Trace } from './trace.ts';

export interface Target {
  subject: string;
  /** Milliseconds that a caller waits at most; all attempts together stay within. */
  timeoutMs: number;
  /** Asking twice does what asking once does. Nothing else is ever asked twice. */
  idempotent: boolean;
}

/** What a call is done for. */
export interface Cause {
  trace: Trace;
  /** How long that one still waits, milliseconds. */
  remainingMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Asks subjects, in bytes: no bytes at all are a reply whose fields are all defaults. Errors inside of a reply's message
 * are the caller's to read: only the contract says where they are. Both throw ServiceErrors.
 */
export interface Calls {
  one(target: Target, request: Uint8Array, cause: Cause): Promise<Uint8Array>;
  /** A reply in parts. To leave the loop tells whoever sends them to stop. */
  parts(target: Target, request: Uint8Array, cause: Cause): AsyncGenerator<Uint8Array, void>;
}

const RETRIES = 2;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 500;
/** Whoever is silent for longer is rather gone than busy: another one is asked beside. */
const MOST_PATIENCE_MS = 700;
/** How long an attempt that may be repeated waits for a connection that was lost: another server is soon found. */
const RECONNECT_MS = 1_000;

/** Calls over one link, with one breaker a subject. */
export function createCalls(link: Link, log: Logger): Calls {
  const breakers = new Map<string, Breaker<Msg | undefined>>();
  const breakerOf = ({ subject, timeoutMs }: Target) => {
    const known = breakers.get(subject);
    if (known) return known;
    const breaker = createBreaker<Msg | undefined>(subject, {
      isFailure: (error) => isFailure(error, timeoutMs),
      isFailed: (reply) => reply !== undefined && FAILED.includes(statusOf(reply)) && !isOthersFault(reply),
      isMoot: (error) => error instanceof Overtaken,
      isAbsence: (error) => error instanceof NoResponders,
      onChange: (circuit) => log.warn({ subject, circuit }, `the circuit of ${subject} is ${circuit}`),
    });
    breakers.set(subject, breaker);
    return breaker;
  };

  return {
    one: async (target, request, { trace, signal, remainingMs }) => {
      const { subject } = target;
      const waitMs = waitOf(target, remainingMs);
      const deadline = performance.now() + waitMs;
      const breaker = breakerOf(target);
      let answered = false;
      const attempt = () => {
        const left = Math.max(1, deadline - performance.now());
        return breaker.run(async () => {
          try {
            return await askOnce(link, { subject, request, trace, signal, waitMs: left });
          } catch (error) {
            throw answered ? new Overtaken(error) : error;
          }
        });
      };
      const reply = (await (target.idempotent ? retried(link, attempt, waitMs, deadline) : attempt())) as Msg;
      answered = true;
      assertServed(reply);
      return reply.data;
    },

    parts: async function* (target, request, { trace, signal, remainingMs }) {
      const { subject } = target;
      const waitMs = waitOf(target, remainingMs);
      const parts = receiveParts(link, { subject, request, trace, signal, waitMs });
      try {
        // How it begins says whether the subject is served; what a client does with the rest does not.
        const first = await breakerOf(target).run(async () => (await parts.next()).value ?? undefined);
        if (first === undefined) return;
        assertServed(first);
        yield first.data;
        for await (const part of parts) yield part.data;
      } finally {
        await parts.return();
      }
    },
  };
}

/** @throws DeadlineExceeded when nothing is left */
function waitOf({ subject, timeoutMs }: Target, remainingMs = timeoutMs): number {
  const waitMs = Math.min(timeoutMs, remainingMs);
  if (waitMs <= 0) throw new DeadlineExceeded(subject, 0);
  return waitMs;
}

/** Replies that say that the service itself fails: UNKNOWN and INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED. */
const FAILED = [500, 503, 504];

/** What somebody behind the service fails at, it may do well with somebody else. */
function isOthersFault({ headers }: Msg): boolean {
  return Boolean(headers?.get(FAULT_OF_HEADER));
}

/** Whoever had hardly any time left says nothing about the service. */
function isFailure(error: unknown, timeoutMs: number): boolean {
  return (
    error instanceof NoResponders || (error instanceof DeadlineExceeded && error.waitedMs > timeoutMs / 2)
  );
}

async function retried(
  link: Link,
  attempt: () => Promise<Msg | undefined>,
  waitMs: number,
  deadline: number,
): Promise<Msg | undefined> {
  let wasLost = false;
  let running = 0;
  const served = async () => {
    // Whoever is silent may have died, and others are on their way.
    wasLost ||= running > 0;
    running++;
    try {
      return await ask();
    } finally {
      running--;
    }
  };
  const ask = async () => {
    if (!link.isConnected())
      await link.untilConnected(Math.min(RECONNECT_MS, deadline - performance.now() - RETRY_MAX_MS));
    const reply = await attempt();
    if (reply && statusOf(reply) === HTTP_STATUS[Code.UNAVAILABLE]) throw new Unavailable(reply);
    return reply;
  };
  try {
    return await retry(served, {
      retries: RETRIES,
      minWaitMs: RETRY_MIN_MS,
      maxWaitMs: RETRY_MAX_MS,
      patienceMs: Math.min(MOST_PATIENCE_MS, waitMs / (RETRIES + 1)),
      isWorthwhile: (error) => {
        wasLost ||= error instanceof NotConnected;
        // Nobody there is an answer, and so is an open circuit. But others, too, come back after an outage.
        const mayCure =
          error instanceof NotConnected ||
          error instanceof Unavailable ||
          (wasLost && error instanceof NoResponders);
        return mayCure && performance.now() + RETRY_MAX_MS < deadline;
      },
    });
  } catch (error) {
    if (error instanceof Unavailable) return error.reply;
    throw error;
  }
}

/** A reply that says to ask again. */
class Unavailable extends Error {
  readonly reply: Msg;
  constructor(reply: Msg) {
    super('UNAVAILABLE');
    this.reply = reply;
  }
}

/** A micro service that is not of our making answers a failure with headers and, often, no body. */
function assertServed(reply: Msg): void {
  const status = statusOf(reply);
  if (status === 0 || reply.data.length > 0) return;
  const known = Object.entries(HTTP_STATUS).find(([, http]) => http === status);
  throw new ServiceError(
    known ? (Number(known[0]) as Code) : Code.UNKNOWN,
    reply.headers?.get('Nats-Service-Error') || `Service error ${status}.`,
  );
}
