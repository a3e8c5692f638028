import { nodeRefused, nodeUnreachable } from './node-errors.ts';
import type { NodeShell } from './node-shell.ts';
import { runScript } from './run-script.ts';

/** Nodes whose folders are on this machine. */
export const localShell: NodeShell = async (node, call, signal) => {
  const { stdout, stderr, exitCode, shortMessage } = await runScript('sh', ['-s'], call, signal);
  if (exitCode === 0) return stdout;
  throw exitCode === undefined
    ? nodeUnreachable(node, shortMessage ?? 'it does not run')
    : nodeRefused(node, stderr);
};
