import type { AwsAccess } from '../../aws/clients.ts';
import { nodeUnreachable } from './node-errors.ts';
import type { NodeShell } from './node-shell.ts';

/** Run Command of Systems Manager. */
export function ssmShell(_access: AwsAccess): NodeShell {
  return async (node) => {
    throw nodeUnreachable(node, 'transport ssm is not there yet');
  };
}
