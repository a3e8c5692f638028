import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { beginTrace, continueTrace, TRACEPARENT, TRACESTATE, type Trace } from '../sdk/trace.ts';
import type { JsonObject } from './body.ts';
import { badRequest } from './failure.ts';

/** common.v1.Meta in JSON. */
export interface RequestMeta {
  requestId: string;
  traceId: string;
  clientId: string;
  timestamp: string;
  userId?: string;
  idempotencyKey?: string;
}

/** Text of a header that goes into logs and messages: printable, short, no spaces. */
const TOKEN = /^[\x21-\x7e]{1,128}$/;

/**
 * Who asks, from what a client may say of itself. Who the user is comes from a validated session only:
 * X-User-ID, X-Tenant-ID and the like in a body are anybody's claim and are overwritten.
 */
export function requestMeta(headers: IncomingHttpHeaders, trace: Trace, now: Date = new Date()): RequestMeta {
  const idempotencyKey = token(headers['idempotency-key']);
  return {
    requestId: randomUUID(),
    traceId: token(headers['x-trace-id']) ?? trace.traceId,
    clientId: token(headers['x-client-id']) ?? 'http-gateway',
    timestamp: now.toISOString(),
    ...(idempotencyKey ? { idempotencyKey } : {}),
  };
}

/** The client's trace, by the standard's header or by our older one, or a new one. */
export function requestTrace(headers: IncomingHttpHeaders): Trace {
  const state = headers[TRACESTATE];
  const told = continueTrace(headers[TRACEPARENT]?.toString(), state?.toString());
  return told ?? beginTrace(token(headers['x-trace-id']));
}

/** A body's own `meta` may add labels and an idempotency key; what is the gateway's to say is overwritten. */
export function withMeta(body: JsonObject, meta: RequestMeta): JsonObject {
  const own = body.meta ?? {};
  if (typeof own !== 'object' || Array.isArray(own)) throw badRequest('meta is not an object.');
  // What is left over goes on, so that a field that Meta does not have is refused and not forgotten.
  const rest = Object.entries(own).filter(([name]) => !isOwned(name, meta));
  return { ...body, meta: { ...Object.fromEntries(rest), ...meta } };
}

const OWNED = ['requestId', 'traceId', 'clientId', 'userId', 'tenantId', 'timestamp'];

/** JSON takes a field by either of its names: `userId`, `user_id`. */
function isOwned(name: string, meta: RequestMeta): boolean {
  const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return OWNED.includes(camel) || camel in meta;
}

function token(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && TOKEN.test(header) ? header : undefined;
}
