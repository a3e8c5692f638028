import { execa } from 'execa';
import { NODE_SCRIPT } from '../../nats/node-script.ts';

/** Milliseconds: making an RSA key on a busy machine takes seconds. */
const TIMEOUT = 60_000;

/**
 * Has a program read the node script and one call of it on standard input, so that nothing of it is in any list of
 * processes. @returns however it ended @throws the signal's reason
 */
export async function runScript(
  program: string,
  args: string[],
  call: string,
  signal: AbortSignal | undefined,
) {
  const result = await execa(program, args, {
    input: `${NODE_SCRIPT}\n${call}\n`,
    timeout: TIMEOUT,
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  return result;
}
