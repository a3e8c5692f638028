import { ErrorCode, type Msg, type NatsConnection, NatsError } from 'nats';
import type { Link } from './connect.ts';
import { Code, HTTP_STATUS, ServiceError } from './errors.ts';
import { retry } from './retry.ts';

export interface Target {
  subject: string;
  /** Milliseconds from now until the caller has gone; all attempts together stay within. */
  timeoutMs: number;
  /** Asking twice does what asking once does. Nothing else is ever asked twice. */
  idempotent: boolean;
}

/** Stands between a caller and a subject; a circuit breaker is one. The default lets everything through. */
export type Guard = <T>(subject: string, attempt: () => Promise<T>) => Promise<T>;

/** Failures before a reply. They are ServiceErrors, so that whoever passes them on says the right thing. */
export class NoResponders extends ServiceError {
  constructor(subject: string) {
    super(Code.UNAVAILABLE, `Nobody serves ${subject}.`);
  }
}
export class NotConnected extends ServiceError {
  constructor(cause?: unknown) {
    super(Code.UNAVAILABLE, 'Not connected to NATS.', { cause });
  }
}
export class DeadlineExceeded extends ServiceError {
  constructor(subject: string, timeoutMs: number) {
    super(Code.DEADLINE_EXCEEDED, `No reply from ${subject} within ${timeoutMs} ms.`);
  }
}

const RETRIES = 2;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 500;

/**
 * Asks a subject and gives back the reply's bytes; zero bytes are a reply whose fields are all defaults.
 * Errors inside of the reply's message are the caller's to read: only the contract says where they are.
 * @throws ServiceError
 */
export async function call(
  link: Link,
  target: Target,
  request: Uint8Array,
  guard: Guard = open,
): Promise<Uint8Array> {
  const deadline = Date.now() + target.timeoutMs;
  const attempt = () => guard(target.subject, () => ask(link, target, request, deadline));
  if (!target.idempotent) return attempt();
  return retry(attempt, {
    retries: RETRIES,
    minWaitMs: RETRY_MIN_MS,
    maxWaitMs: RETRY_MAX_MS,
    // Nobody there is an answer, and a timeout has used up the caller's time.
    isWorthwhile: (error) => error instanceof NotConnected && Date.now() + RETRY_MAX_MS < deadline,
  });
}

const open: Guard = (_subject, attempt) => attempt();

async function ask(link: Link, target: Target, request: Uint8Array, deadline: number): Promise<Uint8Array> {
  const nc = link.connection();
  // While it is not connected, the client would buffer the request and let the caller time out.
  if (!nc || !link.isConnected()) throw new NotConnected();
  assertFits(request, nc);
  let reply: Msg;
  try {
    reply = await nc.request(target.subject, request, { timeout: Math.max(1, deadline - Date.now()) });
  } catch (error) {
    throw recognise(error, target);
  }
  assertServed(reply);
  return reply.data;
}

function assertFits(request: Uint8Array, nc: NatsConnection): void {
  const limit = nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
  if (request.length > limit) throw new RequestTooLarge(request.length, limit);
}

export class RequestTooLarge extends ServiceError {
  constructor(bytes: number, limit: number) {
    super(Code.INVALID_ARGUMENT, `The request has ${bytes} bytes; NATS carries ${limit} at most.`);
  }
}

function recognise(error: unknown, { subject, timeoutMs }: Target): ServiceError {
  const code = error instanceof NatsError ? error.code : undefined;
  if (code === ErrorCode.NoResponders) return new NoResponders(subject);
  if (code === ErrorCode.Timeout) return new DeadlineExceeded(subject, timeoutMs);
  if (code === ErrorCode.PermissionsViolation)
    return new ServiceError(Code.PERMISSION_DENIED, `Not allowed to ask ${subject}.`, { cause: error });
  return new NotConnected(error);
}

/** A micro service that is not of our making answers a failure with headers and, often, no body. */
function assertServed(reply: Msg): void {
  const status = reply.headers?.get('Nats-Service-Error-Code');
  if (!status || reply.data.length > 0) return;
  const known = Object.entries(HTTP_STATUS).find(([, http]) => http === Number(status));
  throw new ServiceError(
    known ? (Number(known[0]) as Code) : Code.UNKNOWN,
    reply.headers?.get('Nats-Service-Error') || `Service error ${status}.`,
  );
}
