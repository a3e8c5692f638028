import path from 'node:path';
import { execa } from 'execa';
import { REPOSITORY } from './definition.ts';

export interface Outcome {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** Runs bin/run.js as a user would. A test that wants a terminal or a signal uses the process itself. */
export async function gsys(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await start(args, options);
  return { code: exitCode, stdout, stderr };
}

/** The same, as a process that can be sent signals. */
export function start(
  args: string[],
  { cwd = REPOSITORY, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
) {
  return execa(process.execPath, [path.join(REPOSITORY, 'bin/run.js'), ...args], {
    cwd,
    env: { ...env, NO_COLOR: '1', NODE_EXTRA_CA_CERTS: '' },
    reject: false,
    stdin: 'ignore',
  });
}
