import type { Meta } from '../gen/common_pb.js';
import type { Call } from './endpoint.ts';
import { hashOf } from './hash.ts';
import type { Logger } from './log.ts';
import type { RequestKey } from './records.ts';
import { beginTrace, continueTrace, TRACEPARENT, TRACESTATE, type Trace } from './trace.ts';

/** In whose name something is done, and until when: calls are made in it. */
export interface Origin {
  readonly meta: Meta | undefined;
  readonly trace: Trace;
  /** Aborted when nobody waits any more: the time is over, or the caller has gone. */
  readonly signal: AbortSignal;
  /** What is left of the caller's time; milliseconds. */
  remainingMs(): number;
}

/** What a handler knows of a request besides its message. */
export interface RequestContext extends Origin {
  /** Every line carries the request's trace id. */
  readonly log: Logger;
  /** Of a request that says which one it is: for `once` and `leased`. */
  readonly key: RequestKey | undefined;
}

/** How long the caller still waits, in milliseconds: no clock time, because clocks of two machines differ. */
export const TIMEOUT_HEADER = 'Gsys-Timeout-Ms';

interface Headers {
  get(name: string): string;
}

export interface Received {
  call: Call;
  headers: Headers | undefined;
  timeoutMs: number;
  log: Logger;
}

export interface ServedContext extends RequestContext {
  /** @param reason what `signal` is aborted with */
  abort(reason: Error): void;
}

/** Most handlers look at little of it, so it is made when it is looked at. */
export function requestContext({ call, headers, timeoutMs, log }: Received): ServedContext {
  const { meta } = call;
  const deadline = performance.now() + timeoutMs;
  let trace: Trace | undefined;
  let child: Logger | undefined;
  let abortion: AbortController | undefined;
  let aborted: Error | undefined;
  const traceOf = () => {
    trace ??= continueTrace(headers?.get(TRACEPARENT), headers?.get(TRACESTATE)) ?? beginTrace(meta?.traceId);
    return trace;
  };
  return {
    meta,
    get trace() {
      return traceOf();
    },
    get log() {
      // The caller's own word for the trace, where it has one: that is what it looks for.
      child ??= log.child({ traceId: meta?.traceId || traceOf().traceId });
      return child;
    },
    get signal() {
      abortion ??= new AbortController();
      if (aborted) abortion.abort(aborted);
      return abortion.signal;
    },
    get key() {
      const id = meta?.idempotencyKey;
      return id ? { id: SHORT.test(id) ? id : hashOf(id), fingerprint: call.fingerprint() } : undefined;
    },
    remainingMs: () => deadline - performance.now(),
    abort: (reason) => {
      aborted ??= reason;
      abortion?.abort(aborted);
    },
  };
}

/** A key that is kept as it is: each record keeps a hundred, and event ids, which are headers, are made of them. */
const SHORT = /^[\x21-\x7e]{1,64}$/;

/** Of the smaller of what the caller says and what the contract gives; milliseconds. */
export function timeoutOf(headers: Headers | undefined, contractMs: number): number {
  const told = Number(headers?.get(TIMEOUT_HEADER) || Number.NaN);
  return told > 0 ? Math.min(told, contractMs) : contractMs;
}
