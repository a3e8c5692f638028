import { spawn } from 'node:child_process';

export interface ScriptRun {
  ended: Promise<ScriptEnd>;
  /** Ends it and all that it has started. */
  kill(): void;
}

export interface ScriptEnd {
  /** -1 where it was ended. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a script as the agent on an instance would: by `sh`, in a process group of its own. */
export function runScript(text: string): ScriptRun {
  const child = spawn('sh', ['-s'], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const heard = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      heard[stream] += chunk;
    });
  // It may end before it has read all of it.
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  const ended = new Promise<ScriptEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: -1, stdout: '', stderr: error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, ...heard }));
  });
  return {
    ended,
    kill: () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
    },
  };
}
