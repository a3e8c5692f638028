import { GsysError, messageOf } from '../../lib/errors.ts';

/** What went wrong while the platform started, in words that help; a full disk says so wherever it was met. */
export function asGsysError(thrown: unknown): GsysError {
  if (thrown instanceof GsysError && !isFull(thrown.cause)) return thrown;
  const cause = thrown instanceof GsysError ? thrown.cause : thrown;
  if (isFull(cause))
    return new GsysError('FILE_SYSTEM', `The disk is full: ${messageOf(cause)}`, {
      cause,
      next: 'make room, then: gsys local up',
    });
  return new GsysError('PLATFORM_FAILED', messageOf(thrown), { cause: thrown });
}

export function isFull(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
