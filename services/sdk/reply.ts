import { randomUUID } from 'node:crypto';
import { headers, type ServiceMsg } from 'nats';
import type { Meta } from '../gen/common_pb.js';
import type { Endpoint } from './endpoint.ts';
import type { EndpointStats } from './endpoint-stats.ts';
import { Code, codeName, FAULT_OF, httpStatus, ServiceError } from './errors.ts';
import type { Logger } from './log.ts';

/** Beside the error's code: the service itself is well. */
export const FAULT_OF_HEADER = 'Gsys-Fault-Of';

/** How one request ends: once. A handler that is done after its deadline, or fails after it, says so to the log. */
export interface Reply {
  /** Whose request it is, as soon as that is known. */
  know(meta: Meta | undefined): void;
  /** @param bytes undefined when everything was sent already */
  succeed(bytes?: Uint8Array): void;
  /** @returns what the caller is told */
  fail(thrown: unknown): ServiceError;
}

export interface ReplyOptions {
  msg: ServiceMsg;
  /** The endpoint's. */
  name: string;
  endpoint: Endpoint;
  stats: EndpointStats;
  log: Logger;
}

export function replyTo({ msg, name, endpoint, stats, log }: ReplyOptions): Reply {
  const startedAt = process.hrtime.bigint();
  let meta: Meta | undefined;
  let ended = false;
  const about = () => ({ endpoint: name, traceId: meta?.traceId, requestId: meta?.requestId || undefined });
  return {
    know: (known) => {
      meta = known;
    },
    succeed: (bytes) => {
      if (ended) return log.debug(about(), 'ended after its deadline');
      ended = true;
      if (bytes) msg.respond(bytes);
      stats.count(name, startedAt);
      // Whoever follows one request finds everybody whom it met, where debug lines are kept.
      if (log.isLevelEnabled('debug')) log.debug({ ...about(), ms: msSince(startedAt) }, 'request answered');
    },
    fail: (thrown) => {
      const error = toServiceError(thrown, log, about());
      if (ended) return error;
      ended = true;
      const summary = `${codeName(error.code)}: ${error.message}`;
      stats.count(name, startedAt, summary);
      msg.respond(endpoint.failure(error, meta), { headers: errorHeaders(error, summary) });
      return error;
    },
  };
}

function msSince(startedAt: bigint): number {
  return Number(process.hrtime.bigint() - startedAt) / 1e6;
}

/** What was not thrown for callers stays here: they get an id, and the log has the rest under it. */
function toServiceError(thrown: unknown, log: Logger, about: object): ServiceError {
  if (thrown instanceof ServiceError) {
    const told = { ...about, code: codeName(thrown.code), err: thrown };
    // What a caller did wrong is his to know; what failed here is for whoever follows the request.
    if (httpStatus(thrown.code) >= 500) log.warn(told, 'request failed');
    else log.debug(told, 'request refused');
    return thrown;
  }
  const errorId = randomUUID();
  log.error({ ...about, errorId, err: thrown }, 'request failed');
  return new ServiceError(Code.INTERNAL, `Internal error ${errorId}.`, { details: { errorId } });
}

/** For callers that know ADR-32 and not our contracts. A header holds one line of Latin letters. */
function errorHeaders({ code, details }: ServiceError, summary: string) {
  const result = headers();
  result.set('Nats-Service-Error-Code', String(httpStatus(code)));
  result.set('Nats-Service-Error', lineOf(summary));
  const faultOf = details[FAULT_OF];
  if (faultOf) result.set(FAULT_OF_HEADER, lineOf(faultOf));
  return result;
}

function lineOf(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 256);
}
