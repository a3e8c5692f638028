import { isThrottlingError } from '@smithy/core/retry';
import { GsysError, messageOf } from '../errors.ts';
import type { Environment } from '../fleet/fleet.ts';

export interface AwsCall {
  service: string;
  operation: string;
  environment: Pick<Environment, 'platform' | 'endpoint' | 'region' | 'profile' | 'name'>;
}

/** What an AWS client threw, recognised once: nobody there, not AWS, or AWS's own refusal. */
export function asAwsFailure(thrown: unknown, call: AwsCall): GsysError {
  if (thrown instanceof GsysError) return thrown;
  const what = `${call.service}:${call.operation}`;
  const where = whereOf(call.environment);
  if (isServiceException(thrown)) return serviceFailure(thrown, `${what} at ${where}`, call);
  if (isCredentialFailure(thrown)) {
    return new GsysError('AWS_CALL_FAILED', `${what}: no usable credentials: ${messageOf(thrown)}`, {
      cause: thrown,
      next: `aws sso login${call.environment.profile ? ` --profile ${call.environment.profile}` : ''}`,
    });
  }
  return new GsysError('ENDPOINT_UNREACHABLE', `${where} ${whyUnreachable(thrown)} (${what})`, {
    cause: thrown,
    next:
      call.environment.platform === 'embedded' ? nextLocally(thrown) : `check that ${where} can be reached`,
  });
}

function whereOf({ endpoint, region }: AwsCall['environment']): string {
  return endpoint ?? `AWS in ${region}`;
}

function serviceFailure(thrown: ServiceException, what: string, call: AwsCall): GsysError {
  const { name, message, $fault } = thrown;
  const said = `${name}: ${message}`;
  const throttled = isThrottling(thrown);
  if (throttled || $fault === 'server') {
    const sentence = throttled ? `${what} was throttled` : `${what} failed on its side`;
    return new GsysError('AWS_UNAVAILABLE', `${sentence}: ${said}`, {
      cause: thrown,
      next:
        call.environment.platform === 'embedded' ? 'gsys local status' : 'wait a minute, then the same again',
    });
  }
  return new GsysError('AWS_CALL_FAILED', `${what} was refused: ${said}`, {
    cause: thrown,
    next: nextFor(name, call),
  });
}

/** Whether AWS was asked too often. A quota that is used up has a name that sounds alike, and waiting will not help. */
export function isThrottling(thrown: unknown): boolean {
  const cause = thrown instanceof GsysError ? thrown.cause : thrown;
  return (
    cause instanceof Error && cause.name !== 'LimitExceededException' && isThrottlingError(cause as never)
  );
}

/** Why a call was given up, and for a command that took too long, which one: it may be the one that hangs. */
export function cutOff(reason: unknown, { service, operation, environment }: AwsCall): unknown {
  if (!(reason instanceof GsysError) || reason.code !== 'TIMED_OUT') return reason;
  const what = `${service}:${operation} at ${whereOf(environment)}`;
  return new GsysError('TIMED_OUT', `${reason.message}: no answer to ${what} yet`, {
    next: environment.platform === 'embedded' ? 'gsys local status' : undefined,
  });
}

/** The name of AWS's own error under a failure: `ParameterNotFound`. */
export function awsErrorName(thrown: unknown): string | undefined {
  const cause = thrown instanceof GsysError ? thrown.cause : thrown;
  return isServiceException(cause) ? cause.name : undefined;
}

/** Turns "there is none" into a value; everything else stays a failure. */
export async function unlessNamed<T, Else>(
  names: string[],
  otherwise: Else,
  call: Promise<T>,
): Promise<T | Else> {
  try {
    return await call;
  } catch (error) {
    if (names.includes(awsErrorName(error) ?? '')) return otherwise;
    throw error;
  }
}

interface ServiceException extends Error {
  $fault: 'client' | 'server';
}

/** Without a name of AWS's own, a body that only looked like JSON stands behind it. */
function isServiceException(thrown: unknown): thrown is ServiceException {
  return thrown instanceof Error && '$fault' in thrown && !['UnknownError', 'Unknown'].includes(thrown.name);
}

function isCredentialFailure(thrown: unknown): boolean {
  return thrown instanceof Error && /^(CredentialsProviderError|TokenProviderError)$/.test(thrown.name);
}

function whyUnreachable(thrown: unknown): string {
  const { code, name } = thrown as { code?: string; name?: string };
  if (code === 'ECONNREFUSED') return 'refuses connections';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has no address';
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') return 'does not answer in time';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'breaks off the connection';
  if (name === 'SyntaxError' || name === 'UnknownError' || name === 'Unknown')
    return 'does not answer as AWS would';
  // The SDK adds a line of advice for who debugs it.
  return `cannot be reached: ${messageOf(thrown).split('\n')[0]}`;
}

/** Where somebody answers, the platform knows what is wrong with it. */
function nextLocally(thrown: unknown): string {
  return (thrown as { code?: string }).code === 'ECONNREFUSED' ? 'gsys local up' : 'gsys local status';
}

function nextFor(name: string, { environment }: AwsCall): string | undefined {
  if (/^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId)/.test(name)) {
    // The embedded platform takes whatever credentials there are.
    if (environment.platform === 'embedded') return 'gsys local status';
    return `aws sso login${environment.profile ? ` --profile ${environment.profile}` : ''}`;
  }
  if (/^AccessDenied/.test(name))
    return `grant the operation to the identity of environment ${environment.name}`;
  return undefined;
}
