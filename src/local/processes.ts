import { execFile, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { GsysError, messageOf } from '../lib/errors.ts';
import type { Journal } from './journal.ts';

export interface ManagedProcess {
  pid: number;
  /** Resolves with what ended it: `exit code 1`, `SIGKILL`. */
  ended: Promise<string>;
  /** SIGTERM, then SIGKILL after `grace` milliseconds. */
  stop(grace: number): Promise<void>;
}

export interface ProcessPlan {
  program: string;
  args: string[];
  cwd: string;
  /** Takes standard output and error. */
  logFile: string;
  journal: Journal;
}

/** Bytes. A log that has grown beyond this starts anew with the process. */
const MAX_LOG = 4 * 1024 * 1024;

/** Starts a program in a process group of its own and journals it before anybody can wait for it. */
export async function startProcess(plan: ProcessPlan): Promise<ManagedProcess> {
  const log = openSync(plan.logFile, logFlags(plan.logFile), 0o600);
  const child = spawn(plan.program, plan.args, {
    cwd: plan.cwd,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) {
    const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
    throw new GsysError('PLATFORM_FAILED', `${plan.program} could not be started: ${messageOf(cause)}`, {
      cause,
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  try {
    plan.journal.add(pid);
  } catch (cause) {
    child.kill('SIGKILL');
    throw new GsysError('FILE_SYSTEM', `the journal of processes cannot be written: ${messageOf(cause)}`, {
      cause,
    });
  }
  const forgotten = ended.then((how) => {
    forget(plan.journal, pid);
    return how;
  });
  return {
    pid,
    ended: forgotten,
    async stop(grace) {
      child.kill('SIGTERM');
      // A stopped process takes its SIGTERM once it goes on.
      child.kill('SIGCONT');
      const timer = setTimeout(() => child.kill('SIGKILL'), grace);
      await forgotten;
      clearTimeout(timer);
    },
  };
}

/** Folders that a service account's PATH may lack. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * @param name a path, or a name to look for in PATH and where systems put servers
 * @returns what can be started, having been started once to tell its version
 * @throws GsysError MISSING_PROGRAM
 */
export async function findProgram(name: string, install: string): Promise<string> {
  const places = name.includes('/') ? [] : SYSTEM_FOLDERS.map((folder) => path.join(folder, name));
  for (const candidate of [name, ...places]) {
    try {
      await promisify(execFile)(candidate, ['--version'], { timeout: 10_000 });
      return candidate;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EACCES')
        throw new GsysError(
          'MISSING_PROGRAM',
          `${candidate} does not run: ${messageOf(error).split('\n')[0]}`,
          {
            cause: error,
            next: install,
          },
        );
    }
  }
  throw new GsysError(
    'MISSING_PROGRAM',
    `${name} is not installed (looked in PATH and ${SYSTEM_FOLDERS.join(', ')}).`,
    {
      next: install,
    },
  );
}

/** The end of a program's log, for the error that its failure becomes. */
export function lastLines(logFile: string, count = 8): string[] {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}

/** An entry that stays, because the disk is full, does no harm: its start time fits no other process. */
function forget(journal: Journal, pid: number): void {
  try {
    journal.remove(pid);
  } catch {}
}

function logFlags(file: string): number {
  const tooLarge = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG;
  const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC } = constants;
  return O_WRONLY | O_CREAT | O_APPEND | (tooLarge ? O_TRUNC : 0);
}
