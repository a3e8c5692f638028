import { type Code, codeName, httpStatus, type ServiceError } from '../sdk/errors.ts';

export interface FailureOptions {
  headers?: Record<string, string>;
  details?: Record<string, string>;
  cause?: unknown;
}

/** A request that ends here: with this status, and `{error:{code,message,details?,requestId}}` as its body. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly status: number;
  /** A name of Error.Code, also where HTTP alone knows what went wrong. */
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly details: Record<string, string>;

  constructor(status: number, code: string, message: string, options: FailureOptions = {}) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.details = options.details ?? {};
  }
}

export function badRequest(message: string, options?: FailureOptions): Failure {
  return new Failure(400, 'INVALID_ARGUMENT', message, options);
}

/** By the one table of the SDK. Whoever is told to wait is told how long. */
export function fromCode(code: Code, message: string, options: FailureOptions = {}): Failure {
  const status = httpStatus(code);
  const told = Number(options.details?.retryAfterMs ?? 0) / 1000;
  const wait = told > 0 ? Math.ceil(told) : RETRY_AFTER_SECONDS[status];
  const headers = wait === undefined ? {} : { 'retry-after': String(wait) };
  return new Failure(status, codeName(code), message, {
    ...options,
    headers: { ...headers, ...options.headers },
  });
}

export function fromServiceError(error: ServiceError): Failure {
  return fromCode(error.code, error.message, { details: error.details, cause: error });
}

/** 503: a task that went down is back by then. 429: the next request may find room. */
const RETRY_AFTER_SECONDS: Record<number, number> = { 429: 1, 503: 5 };
