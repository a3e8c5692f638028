import { spawnSync } from 'node:child_process';

/**
 * Runs a program of the system to its end.
 * @throws Error with the first line of its complaint: what follows is advice for people at a shell
 */
export function runSystem(program: string, args: string[], input = ''): void {
  const { status, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (status === 0) return;
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new Error(`${program} is not installed`);
  throw new Error(error?.message ?? (stderr.trim().split('\n')[0] || `${program} ended with ${status}`));
}
