import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Engine } from './engine.ts';

export interface HealthExec {
  engine: Engine;
  /** Of the container. */
  id: string;
  /** `["CMD", …]` or `["CMD-SHELL", "one line"]`. */
  command: string[];
  /** Scheduler milliseconds. */
  timeout: number;
  clock: Clock;
  /** The container has ended, and so has whatever ran in it. */
  gone: AbortSignal;
}

/** Whether the command, run inside the container, ended with 0 in time. */
export async function runHealthExec(check: HealthExec): Promise<boolean> {
  const { engine, id, clock, gone } = check;
  if (gone.aborted) return false;
  try {
    const exec = await engine.prepareExec(id, wordsOf(check.command));
    const output = await engine.runExec(exec);
    const cancel = clock.after(check.timeout, () => void end(engine, exec, output));
    await ended(output);
    cancel();
    const { Running, ExitCode } = await engine.execState(exec);
    return !Running && ExitCode === 0;
  } catch {
    return false;
  }
}

function wordsOf([kind, ...words]: string[]): string[] {
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
}

function ended(output: Readable): Promise<void> {
  return new Promise((resolve) => {
    output.once('close', resolve).on('error', () => {});
    output.resume();
  });
}

/** The Engine has no call that ends a command; where this user may not signal it, it is left behind. */
async function end(engine: Engine, exec: string, output: Readable): Promise<void> {
  try {
    const { Running, Pid } = await engine.execState(exec);
    if (Running && Pid > 0) process.kill(Pid, 'SIGKILL');
  } catch {
    // It has just ended, or belongs to root.
  } finally {
    output.destroy();
  }
}
