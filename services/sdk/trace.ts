import { createHash } from 'node:crypto';
import { randomHex } from './random-hex.ts';

/** Where in a trace something happens: https://www.w3.org/TR/trace-context/ */
export interface Trace {
  /** 16 bytes in hexadecimal: the same in every task that a request passes through. */
  traceId: string;
  /** 8 bytes in hexadecimal: this task's part of it. */
  spanId: string;
  /** The caller's part; absent where the trace begins. */
  parentId?: string;
  /** `01`: sampled. Passed on as it came. */
  flags: string;
  /** Of vendors; passed on as it came. */
  state?: string;
}

/** Headers of HTTP and of NATS alike. */
export const TRACEPARENT = 'traceparent';
export const TRACESTATE = 'tracestate';

/** A later version may have more behind the flags; `ff` and ids of zeros are none. */
const FORM = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = '01';
const MAX_STATE = 512;

/** Our part of the caller's trace, or undefined when its header is none that the standard knows. */
export function continueTrace(traceparent: string | undefined, tracestate?: string): Trace | undefined {
  const [, version, traceId, parentId, flags, more] = FORM.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return {
    ...{ traceId, parentId, flags, spanId: randomHex(8) },
    ...(tracestate && tracestate.length <= MAX_STATE && { state: tracestate }),
  };
}

/** @param id of a caller who does not know the standard: one that is not its form always becomes the same one that is */
export function beginTrace(id?: string): Trace {
  return {
    traceId: id ? toTraceId(id) : randomHex(16),
    spanId: randomHex(8),
    flags: SAMPLED,
  };
}

/** What we tell those whom we call: they are parts of ours. */
export function traceparent({ traceId, spanId, flags }: Trace): string {
  return `00-${traceId}-${spanId}-${flags}`;
}

function toTraceId(id: string): string {
  // A UUID is the same 16 bytes with dashes between.
  const bare = id.toLowerCase().replace(/-/g, '');
  if (/^(?!0{32})[0-9a-f]{32}$/.test(bare)) return bare;
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}
