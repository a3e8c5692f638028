import type { AwsAccess } from '../../aws/clients.ts';
import type { Fleet, NatsNode } from '../../fleet/fleet.ts';
import { localShell } from './local-shell.ts';
import { sshShell } from './ssh-shell.ts';
import { ssmShell } from './ssm-shell.ts';

/**
 * Runs one verb of the node script where a node is.
 * @returns what it printed @throws GsysError NODE_UNREACHABLE, or NODE_REFUSED with what it complained of
 */
export type NodeShell = (node: NatsNode, call: string, signal: AbortSignal | undefined) => Promise<string>;

/** By the transport that the environment names. */
export function nodeShell({ environment }: Pick<Fleet, 'environment'>, access: AwsAccess): NodeShell {
  const { transport, ssh = {} } = environment.nats;
  return { local: () => localShell, ssh: () => sshShell(ssh), ssm: () => ssmShell(access) }[transport]();
}
