import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Milliseconds. A release does not wait for a slow disk. */
const TIMEOUT = 2000;

/**
 * The commit that a folder's sources are at, `-dirty` if they differ from it.
 * @returns undefined outside a repository, or without git
 */
export async function gitRevision(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'], {
      cwd: folder,
      timeout: TIMEOUT,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
