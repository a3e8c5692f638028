import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { taskOutput } from '../../src/lib/in-vpc/task-output.ts';
import { REPOSITORY } from '../support/definition.ts';

const bundle = JSON.stringify({ cert: 'a certificate', key: 'a key', ca: 'an authority' });

/** A task's process, as ECS would start it, but for the definition that lies in its image. */
async function task(words: string[], env: Record<string, string> = {}) {
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    [path.join(REPOSITORY, 'dist/runner.js'), ...words],
    { env: { OPERATOR_TLS_BUNDLE: bundle, SYSTEM_TLS_BUNDLE: bundle, ...env }, reject: false },
  );
  const said = { stdout: '', stderr: '' };
  const output = taskOutput({
    write(stream, text) {
      said[stream] += text;
    },
  });
  for (const line of stdout.split('\n')) output.take(line);
  return { ...said, outside: stderr, exitCode, ended: output.ended() };
}

it('writes frames and nothing else, the exit code last', async () => {
  const failed = await task(['status']);
  expect(failed).toMatchObject({ stdout: '', outside: '', exitCode: 2, ended: 2 });
  expect(failed.stderr).toContain('error cannot read');
  const { version } = JSON.parse(readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8'));
  expect((await task(['--version'])).stdout).toContain(`gsys/${version}`);
});

it('fits what is drawn into the terminal of whoever looks', async () => {
  const lines = async (columns: string) => {
    const { stdout, exitCode } = await task(['verify', '--help'], { GSYS_TERMINAL: columns });
    expect(exitCode).toBe(0);
    return stdout.split('\n').length;
  };
  expect(await lines('50')).toBeGreaterThan(await lines('120'));
});
