import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ForeignCall, ForeignClient, Outcome } from './client.ts';
import type { FoundCli } from './find-clis.ts';
import { startForks } from './forks.ts';

/** As many as the machine that runs the whole suite has cores. */
const PARALLEL = 2;

/** The AWS CLI, a process for each call, in a home of its own. */
export function cliClient(cli: FoundCli): ForeignClient {
  const home = mkdtempSync(path.join(tmpdir(), 'gsys-cli-'));
  const forks = startForks(cli, environmentOf(home), PARALLEL);
  let calls = 0;
  return {
    kind: cli.kind,
    title: `aws-cli ${cli.version}`,
    parallel: PARALLEL,
    async call(request: ForeignCall): Promise<Outcome> {
      // A file, because a batch of log events is longer than an argument may be.
      calls += 1;
      const input = path.join(home, `${calls}.json`);
      writeFileSync(
        input,
        JSON.stringify(request.input, (_, value) => bytesAsText(value, cli.version)),
      );
      const { code: exitCode, stdout, stderr } = await forks.run(argumentsOf(request, input));
      if (exitCode === 0) return { answer: stdout === '' ? {} : JSON.parse(stdout) };
      const [, code, message] =
        /An error occurred \((\S+)\) when calling the \w+ operation[^:]*: ([\s\S]*)/.exec(stderr) ?? [];
      if (!code) throw new Error(`aws exited with ${exitCode}: ${stderr}${stdout}`);
      return { error: { code, message: message?.trim() ?? '' } };
    },
    async close() {
      await forks.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Nothing of the machine's own configuration reaches the CLI. */
function environmentOf(home: string): Record<string, string> {
  const config = path.join(home, 'config');
  // Mistakes are to reach the endpoint, not to be caught before.
  writeFileSync(config, '[default]\nparameter_validation = false\n');
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'credentials'),
    AWS_ACCESS_KEY_ID: 'gsys',
    AWS_SECRET_ACCESS_KEY: 'gsys',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
}

function argumentsOf({ service, row, kept, endpoint }: ForeignCall, input: string): string[] {
  const options = typeof row.options === 'function' ? row.options(kept) : (row.options ?? []);
  return [
    service,
    commandOf(row.call),
    ...['--endpoint-url', endpoint, '--output', 'json', '--cli-input-json', `file://${input}`],
    ...(row.pages?.size === undefined ? [] : ['--page-size', String(row.pages.size)]),
    ...(row.unsigned ? ['--no-sign-request'] : []),
    ...options,
  ];
}

/** `GetParametersByPath` is `get-parameters-by-path`. */
function commandOf(operation: string): string {
  return operation.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
}

/** Version 1 takes bytes in JSON as they are, version 2 in base64. */
function bytesAsText(value: unknown, version: string): unknown {
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value).toString(version.startsWith('1.') ? 'latin1' : 'base64');
}
