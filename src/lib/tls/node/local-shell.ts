import { execa } from 'execa';
import { NODE_SCRIPT } from '../../nats/node-script.ts';
import { nodeRefused, nodeUnreachable } from './node-errors.ts';
import type { NodeShell } from './node-shell.ts';

/** Milliseconds: making an RSA key on a busy machine takes seconds. */
export const NODE_TIMEOUT = 60_000;

/** Nodes whose folders are on this machine. */
export const localShell: NodeShell = async (node, call, signal) => {
  const { stdout, stderr, exitCode, shortMessage } = await execa('sh', ['-s'], {
    input: `${NODE_SCRIPT}\n${call}\n`,
    timeout: NODE_TIMEOUT,
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (exitCode === 0) return stdout;
  throw exitCode === undefined
    ? nodeUnreachable(node, shortMessage ?? 'it does not run')
    : nodeRefused(node, stderr);
};
