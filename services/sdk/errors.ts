import { create } from '@bufbuild/protobuf';
import { Error_Code as Code, type Error as ErrorMessage, ErrorSchema } from '../gen/common_pb.js';

export { Code };

/** The one mapping of Error.Code to HTTP: the gateway's status, and the number in Nats-Service-Error-Code. */
export const HTTP_STATUS: Record<Code, number> = {
  [Code.UNKNOWN]: 500,
  [Code.INVALID_ARGUMENT]: 400,
  [Code.NOT_FOUND]: 404,
  [Code.PERMISSION_DENIED]: 403,
  [Code.UNAUTHENTICATED]: 401,
  [Code.CONFLICT]: 409,
  [Code.RESOURCE_EXHAUSTED]: 429,
  [Code.FAILED_PRECONDITION]: 412,
  [Code.ABORTED]: 409,
  [Code.OUT_OF_RANGE]: 400,
  [Code.UNIMPLEMENTED]: 501,
  [Code.INTERNAL]: 500,
  [Code.UNAVAILABLE]: 503,
  [Code.DEADLINE_EXCEEDED]: 504,
};

/**
 * The detail that names whose fault a failure is where it is neither the service's own nor of all that it does: callers
 * keep their circuit closed for it. It travels on with the error through those who pass it on.
 */
export const FAULT_OF = 'faultOf';

export interface ServiceErrorOptions {
  details?: Record<string, string>;
  /** Stays in this process: callers never see it. */
  cause?: unknown;
}

/** A failure that a caller may see: its code, its sentence and its details travel in the reply. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: Code;
  readonly details: Record<string, string>;

  constructor(code: Code, message: string, options: ServiceErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export function toMessage(error: ServiceError): ErrorMessage {
  return create(ErrorSchema, { code: error.code, message: error.message, details: error.details });
}

/** A code that this build does not know is a failure all the same. */
export function httpStatus(code: Code): number {
  return HTTP_STATUS[code] ?? 500;
}

export function codeName(code: Code): string {
  return Code[code] ?? String(code);
}
