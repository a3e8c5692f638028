import { run } from '@oclif/core/run';
import { asFailure, failureDocument, failureText } from './failure.ts';
import { painter } from './ui/paint.ts';

/**
 * The whole program: finds the command, runs it, ends the process with its exit code.
 * @param root file URL inside the package, by which oclif finds package.json and the manifest
 */
export async function main(root: string): Promise<never> {
  // A reader that went away (`gsys status | head`) is no reason to complain.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await run(process.argv.slice(2), root);
  } catch (thrown) {
    if (!isOclifExit(thrown)) {
      const failure = asFailure(thrown);
      if (process.argv.includes('--json'))
        process.stdout.write(`${JSON.stringify(failureDocument(failure, failure.exitCode))}\n`);
      else process.stderr.write(failureText(failure, painter(Boolean(process.stderr.isTTY))));
      process.exitCode = failure.exitCode;
    }
  }
  await written();
  process.exit();
}

/** Leaving would not wait for what a pipe has no room for yet, and its reader may take its time (`gsys logs | less`). */
function written(): Promise<void> {
  return new Promise((resolve) => process.stdout.write('', () => resolve()));
}

/** `--help` and `--version` end by an exception with code 0. */
function isOclifExit(thrown: unknown): boolean {
  return (thrown as { oclif?: { exit?: number } }).oclif?.exit === 0;
}
