import { GsysError, messageOf } from './lib/errors.ts';
import { type Paint, plain } from './ui/paint.ts';

/** The one mapping from whatever was thrown to a failure with a code. */
export function asFailure(thrown: unknown): GsysError {
  if (thrown instanceof GsysError) return thrown;
  if (isUsageError(thrown)) return new GsysError('USAGE', usageMessage(thrown), { cause: thrown });
  return new GsysError('INTERNAL', `this is a fault of gsys: ${messageOf(thrown)}`, {
    cause: thrown,
    next: 'run it again with --verbose and report the lines',
  });
}

export function failureDocument(failure: GsysError, exitCode: number) {
  const { code, message, next, details } = failure;
  return {
    error: { code, message, ...(details.length > 0 && { details }), ...(next && { next }), exitCode },
  };
}

export function failureText(failure: GsysError, paint: Paint): string {
  const lines = [`${paint('red', 'error')} ${plain(failure.message)}`];
  lines.push(...failure.details.map((detail) => `  ${plain(detail)}`));
  if (failure.next) lines.push(`${paint('cyan', 'next')}  ${plain(failure.next)}`);
  return `${lines.join('\n')}\n`;
}

/** oclif's own complaints about arguments carry its exit code in `oclif`. */
function isUsageError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'oclif' in thrown;
}

function usageMessage(error: Error): string {
  return error.message.replace(/\nSee more help with --help$/, '').replace(/\s*\n\s*/g, ' ');
}

/** Stack traces of what led to a failure, for `--verbose`. */
export function causes(error: Error): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return '';
  return `caused by: ${cause.stack ?? cause.message}\n${causes(cause)}`;
}
