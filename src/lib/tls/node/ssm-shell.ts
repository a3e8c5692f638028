import type { AwsAccess } from '../../aws/clients.ts';
import { awsErrorName } from '../../aws/errors.ts';
import { runCommand } from '../../aws/run-command.ts';
import { messageOf } from '../../errors.ts';
import type { NatsNode } from '../../fleet/fleet.ts';
import { NODE_SCRIPT } from '../../nats/node-script.ts';
import { nodeRefused, nodeUnreachable } from './node-errors.ts';
import type { NodeShell } from './node-shell.ts';

/** What SendCommand says of an instance that no agent answers for. */
const UNREACHED = ['InvalidInstanceId', 'UnsupportedPlatformType'];

/**
 * Run Command of Systems Manager. The script and its call stay in the account's history of commands, and its output
 * too: certificates, requests and configurations are public, and nothing else is in them.
 */
export function ssmShell(access: AwsAccess): NodeShell {
  const commands = runCommand(access);
  return async (node, call, signal) => {
    const { instanceId } = node;
    if (instanceId === undefined)
      throw nodeUnreachable(
        node,
        'the definition names no instanceId for it',
        `add instanceId to ${node.name} in gsys.yaml`,
      );
    const run = commands.run(instanceId, [NODE_SCRIPT, call], signal);
    const { kind, exitCode, stdout, stderr, status, cut } = await run.catch((error) => {
      throw UNREACHED.includes(awsErrorName(error) ?? '')
        ? nodeUnreachable(node, messageOf(error), adviceFor(instanceId))
        : error;
    });
    if (kind === 'lost')
      throw nodeUnreachable(node, `Run Command ended with ${status}`, adviceFor(instanceId));
    if (exitCode !== 0) throw nodeRefused(node, stderr);
    if (cut)
      throw nodeRefused(
        node,
        `it printed more than Run Command keeps (24,000 characters): look at ${folderOf(node)}`,
      );
    return stdout;
  };
}

function adviceFor(instanceId: string): string {
  return `aws ssm describe-instance-information --filters Key=InstanceIds,Values=${instanceId}`;
}

function folderOf({ folder, host }: NatsNode): string {
  return `${folder} on ${host}`;
}
