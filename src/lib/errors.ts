/**
 * Every way gsys can fail on purpose, with the exit code it leads to.
 * 1 the operation failed · 2 wrong usage or invalid definition · 3 could not be determined · 130 interrupted
 */
const EXIT_CODES = {
  /** A flag, argument or combination of them that cannot be meant. */
  USAGE: 2,
  /** gsys.yaml, a service.yaml, a template or a contract is missing, malformed or contradicts itself. */
  INVALID_DEFINITION: 2,
  /** `--env` names an environment that gsys.yaml does not have, or one that lacks what the command needs. */
  UNKNOWN_ENVIRONMENT: 2,
  /** A service was named that the definition does not have. */
  UNKNOWN_SERVICE: 2,
  /** A server was named that the definition does not have, and that is no URL either. */
  UNKNOWN_TARGET: 2,
  /** A dead letter was named that is not there, or the stream that holds them is not. */
  NO_SUCH_LETTER: 1,
  /** A dead letter could not be published again. */
  REPLAY_FAILED: 1,
  /** GetCallerIdentity answered with another account than the environment's. */
  WRONG_ACCOUNT: 2,
  /** A protected environment wants `--confirm FLEET`, or the question was answered with no. */
  NOT_CONFIRMED: 2,
  /** A program that gsys runs (nats-server, redis-server) is not installed. */
  MISSING_PROGRAM: 1,
  /** A port that the embedded platform needs is in use by somebody else. */
  PORT_TAKEN: 1,
  /** The embedded platform did not come up, or did not go down. */
  PLATFORM_FAILED: 1,
  /** A file or folder could not be read or written: permissions, full disk, half-written state. */
  FILE_SYSTEM: 1,
  /** An AWS call was refused or failed for a reason that asking again will not cure. */
  AWS_CALL_FAILED: 1,
  /** AWS throttles or has a fault of its own: the same may succeed later. */
  AWS_UNAVAILABLE: 3,
  /** The AWS endpoint does not answer, or not with AWS's protocol. */
  ENDPOINT_UNREACHABLE: 3,
  /** A certificate, key or envelope does not fit, has ended, or must not be issued like this. */
  BAD_CERTIFICATE: 1,
  /** There is an authority already, or a part of one: nothing of it is ever overwritten. */
  AUTHORITY_EXISTS: 1,
  /** The environment has no authority yet. */
  NO_AUTHORITY: 1,
  /** No rotation of this kind is under way. */
  NO_SUCH_ROTATION: 1,
  /** A certificate holder was named that the definition does not have. */
  UNKNOWN_HOLDER: 2,
  /** A server that should be looked at does not answer, or not in a way that shows a certificate. */
  NOTHING_SERVED: 3,
  /** The machine of a NATS node could not be reached over the environment's transport. */
  NODE_UNREACHABLE: 1,
  /** A step on the machine of a NATS node failed there. */
  NODE_REFUSED: 1,
  /** No NATS server could be reached or would let us in, or JetStream does not answer. */
  NATS_UNREACHABLE: 3,
  /** JetStream refused to make or change a stream. */
  STREAM_REFUSED: 1,
  /** An image could not be built. */
  BUILD_FAILED: 1,
  /** An image, run as a task, did not behave as one. */
  CHECK_FAILED: 1,
  /** An image lacks what its health command needs: ECS would replace its tasks for ever. */
  HEALTH_COMMAND_MISSING: 1,
  /** A registry refused or lost a blob or manifest. */
  PUSH_FAILED: 1,
  /** The image that should be deployed is not in the registry. */
  IMAGE_MISSING: 1,
  /** The plan that should be carried out was made for a world that has changed since. */
  PLAN_OUTDATED: 1,
  /** A lint of the plan says that it cannot go well. */
  PLAN_REFUSED: 1,
  /** A release did not end with the new revision running and healthy. */
  RELEASE_FAILED: 1,
  /** What was applied did not come to be as it should in time. */
  NOT_PROVEN: 1,
  /** No release was left off, or none that could go on; or there is no such release. */
  NO_SUCH_RELEASE: 1,
  /** An alarm cannot be tried: it is not there, fires already, is silenced, or nobody would hear of it. */
  ALARM_NOT_READY: 1,
  /** Another command holds the fleet's lock. */
  LOCKED: 1,
  /** The task of --in-vpc did not start, or ended without saying what it found. */
  RUN_LOST: 3,
  /** `--timeout` passed before the command was done. */
  TIMED_OUT: 3,
  /** Ctrl-C or SIGTERM. */
  INTERRUPTED: 130,
  /** A fault of gsys itself. */
  INTERNAL: 1,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface GsysErrorOptions {
  /** The next command to type, or the next thing to look at. */
  next?: string | undefined;
  cause?: unknown;
  /** One line each, for failures that come in numbers (every mistake of a definition). */
  details?: string[];
}

/** A failure that a person can act on: what failed and why (message), what to do (`next`), how to exit. */
export class GsysError extends Error {
  override readonly name = 'GsysError';
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly details: string[];
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: GsysErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.next = options.next;
    this.details = options.details ?? [];
    this.exitCode = EXIT_CODES[code];
  }
}

/** The sentence of whatever was thrown; never empty. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return thrown.errors.map(messageOf).join('; ');
  if (thrown instanceof Error) return thrown.message || thrown.name;
  return String(thrown);
}
