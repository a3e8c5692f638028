import type { Clock } from './clock.ts';
import type { ProcessJournal } from './journal-port.ts';
import { startGroup } from './process-group.ts';

export interface HealthCommand {
  /** `["CMD", …]` or `["CMD-SHELL", "one line"]`. */
  command: string[];
  timeout: number;
  /** Finds a program of the image on this machine. */
  place(words: string[]): { program: string; args: string[] };
  cwd: string;
  environment: Record<string, string>;
  /** The container has ended, and so has whatever ran in it. */
  gone: AbortSignal;
  /** Told of its process before that can have done anything. */
  onStart(pid: number): void;
  tools: { journal: ProcessJournal; clock: Clock };
}

/** Whether the command ended with 0 in time. One that the image lacks fails, as it does in a container. */
export async function runHealthCommand(check: HealthCommand): Promise<boolean> {
  const { gone, tools } = check;
  if (gone.aborted) return false;
  let group: Awaited<ReturnType<typeof startGroup>>;
  try {
    const { cwd, environment } = check;
    group = await startGroup({
      ...check.place(wordsOf(check.command)),
      cwd,
      environment,
      journal: tools.journal,
    });
    check.onStart(group.pid);
  } catch {
    return false;
  }
  const end = () => group.signal('SIGKILL');
  const cancel = tools.clock.after(check.timeout, end);
  gone.addEventListener('abort', end);
  if (gone.aborted) end();
  const exitCode = await group.exited;
  cancel();
  gone.removeEventListener('abort', end);
  return exitCode === 0;
}

function wordsOf([kind, ...words]: string[]): string[] {
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
}
