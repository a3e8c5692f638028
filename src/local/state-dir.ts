import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { GsysError, messageOf } from '../lib/errors.ts';

/**
 * Makes the folder of an environment's state, or accepts the one that is there. It holds keys and says what runs,
 * so it must be a folder of ours that nobody else can enter.
 */
export function ensureStateDir(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `${stateDir} cannot be made: ${messageOf(cause)}`, { cause });
  }
  requirePrivate(stateDir);
}

/** @returns false when there is no such folder @throws GsysError FILE_SYSTEM when it is not ours alone */
export function requirePrivate(stateDir: string): boolean {
  const stats = lstatSync(stateDir, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  const complaint = complaintAbout(stats);
  if (complaint !== undefined)
    throw new GsysError('FILE_SYSTEM', `${stateDir} ${complaint}, so gsys does not trust what is in it.`, {
      next: `look at what it is, then: chmod 700 ${stateDir}`,
    });
  return true;
}

function complaintAbout(stats: Stats): string | undefined {
  if (!stats.isDirectory()) return 'is not a folder';
  if (process.getuid !== undefined && stats.uid !== process.getuid())
    return `belongs to another user (uid ${stats.uid})`;
  if ((stats.mode & 0o077) !== 0)
    return `can be entered by others (mode ${(stats.mode & 0o777).toString(8)})`;
  return undefined;
}
