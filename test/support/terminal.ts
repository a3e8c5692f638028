import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { REPOSITORY } from './definition.ts';
import { until } from './until.ts';

/** gsys in a terminal of its own, by script(1). */
export interface Terminal {
  press(keys: string): void;
  /** Waits for a text among what is drawn from now on. */
  shows(text: string | RegExp): Promise<void>;
  /** Everything that was written, control sequences included. */
  written(): string;
  /** @returns the exit code */
  ended(): Promise<number | undefined>;
  kill(): void;
}

export function inTerminal(
  args: string[],
  {
    cwd = REPOSITORY,
    env = {},
    columns = 80,
    lines = 24,
  }: Partial<Record<'columns' | 'lines', number>> & {
    cwd?: string;
    env?: Record<string, string>;
  } = {},
): Terminal {
  const program = [process.execPath, path.join(REPOSITORY, 'bin/run.js'), ...args].join(' ');
  const child = execa(
    'script',
    ['-qec', `stty cols ${columns} rows ${lines}; exec ${program}`, '/dev/null'],
    {
      ...{ cwd, reject: false, env: { ...env, TERM: 'xterm-256color', CI: 'false', NO_COLOR: '1' } },
    },
  );
  let written = '';
  child.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  return {
    press: (keys) => void child.stdin.write(keys),
    async shows(text) {
      const from = written.length;
      const pattern =
        typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text;
      await until(`the terminal shows ${text}`, () =>
        pattern.test(stripVTControlCharacters(written.slice(from))),
      );
    },
    written: () => written,
    ended: async () => (await child).exitCode,
    kill: () => void child.kill('SIGKILL'),
  };
}
