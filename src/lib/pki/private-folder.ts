import { lstatSync, type Stats } from 'node:fs';
import { GsysError } from '../errors.ts';

/**
 * Of a folder that holds keys or says what runs: it must be a folder of ours that nobody else can enter.
 * @returns false when there is no such folder @throws GsysError FILE_SYSTEM when it is not ours alone
 */
export function requirePrivate(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  const complaint = complaintAbout(stats);
  if (complaint !== undefined)
    throw new GsysError('FILE_SYSTEM', `${folder} ${complaint}, so gsys does not trust what is in it.`, {
      next: `look at what it is, then: chmod 700 ${folder}`,
    });
  return true;
}

function complaintAbout(stats: Stats): string | undefined {
  if (!stats.isDirectory()) return 'is not a folder';
  if (process.getuid !== undefined && stats.uid !== process.getuid())
    return `belongs to another user (uid ${stats.uid})`;
  const mode = modeForOthers(stats);
  return mode === undefined ? undefined : `can be entered by others (mode ${mode})`;
}

/** As chmod writes it, where others than the owner may do anything at all. */
export function modeForOthers({ mode }: Pick<Stats, 'mode'>): string | undefined {
  return (mode & 0o077) === 0 ? undefined : (mode & 0o777).toString(8);
}
