import { Code, FAULT_OF, ServiceError } from './errors.ts';

/** Failures before a reply. They are ServiceErrors, so that whoever passes them on says the right thing. */
export class NoResponders extends ServiceError {
  constructor(subject: string) {
    super(Code.UNAVAILABLE, `Nobody serves ${subject}.`, { details: { [FAULT_OF]: subject } });
  }
}

export class NotConnected extends ServiceError {
  constructor(cause?: unknown) {
    super(Code.UNAVAILABLE, 'Not connected to NATS.', { cause });
  }
}

export class DeadlineExceeded extends ServiceError {
  readonly waitedMs: number;
  constructor(subject: string, waitedMs: number) {
    super(Code.DEADLINE_EXCEEDED, `No reply from ${subject} within ${Math.round(waitedMs)} ms.`);
    this.waitedMs = waitedMs;
  }
}

/**
 * Another attempt has brought the reply. All whose replies were lost with one connection end in the same instant, long
 * after that: as failures they would open the circuit of a service that is well.
 */
export class Overtaken extends ServiceError {
  constructor(cause: unknown) {
    super(Code.ABORTED, 'Another attempt was answered.', { cause });
  }
}

export class RequestTooLarge extends ServiceError {
  constructor(bytes: number, limit: number) {
    super(Code.INVALID_ARGUMENT, `The request has ${bytes} bytes; NATS carries ${limit} at most.`);
  }
}

export class NotAllowed extends ServiceError {
  constructor(subject: string) {
    super(Code.PERMISSION_DENIED, `Not allowed to ask ${subject}.`);
  }
}
