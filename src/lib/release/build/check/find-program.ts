import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { GsysError, messageOf } from '../../../errors.ts';

/** Folders that a user's PATH may lack. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
/** Milliseconds. */
const PATIENCE = 10_000;

/**
 * @param name a path, or a name to look for in PATH and where systems put servers
 * @returns what can be started, having been started once to tell its version
 * @throws GsysError MISSING_PROGRAM
 */
export async function findProgram(name: string, install: string): Promise<string> {
  const places = name.includes('/') ? [] : SYSTEM_FOLDERS.map((folder) => path.join(folder, name));
  let reason: unknown;
  for (const candidate of [name, ...places]) {
    try {
      await promisify(execFile)(candidate, ['--version'], { timeout: PATIENCE });
      return candidate;
    } catch (error) {
      reason ??= error;
    }
  }
  throw new GsysError('MISSING_PROGRAM', `${name} is needed to check images: ${messageOf(reason)}`, {
    cause: reason,
    next: install,
  });
}
