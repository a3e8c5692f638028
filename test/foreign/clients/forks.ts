import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FoundCli } from './find-clis.ts';

const SCRIPT = fileURLToPath(new URL('./fork-cli.py', import.meta.url));

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Forks {
  run(args: string[]): Promise<CliResult>;
  close(): Promise<void>;
}

/** Processes that have imported the CLI and fork one more for each call; so many calls run at once. */
export function startForks({ file, python }: FoundCli, env: Record<string, string>, count: number): Forks {
  const all = Array.from({ length: count }, () => startFork(python, file, env));
  const idle = [...all];
  return {
    async run(args) {
      const fork = idle.pop();
      if (!fork) throw new Error(`more than ${count} calls at once`);
      const result = await fork.run(args);
      idle.push(fork);
      return result;
    },
    close: async () => void (await Promise.all(all.map(({ close }) => close()))),
  };
}

function startFork(python: string, program: string, env: Record<string, string>): Forks {
  const child: ChildProcess = spawn(python, ['-I', SCRIPT, program], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  if (!child.stdin || !child.stdout) throw new Error('a child without pipes');
  const { stdin, stdout } = child;
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    async run(args) {
      stdin.write(`${JSON.stringify(args)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${python} ${SCRIPT} ended: see above`);
      return JSON.parse(value) as CliResult;
    },
    async close() {
      stdin.end();
      await exited;
    },
  };
}
