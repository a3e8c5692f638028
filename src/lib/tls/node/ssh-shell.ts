import type { SshAccess } from '../../fleet/fleet.ts';
import { nodeRefused, nodeUnreachable } from './node-errors.ts';
import type { NodeShell } from './node-shell.ts';
import { runScript } from './run-script.ts';

/** OpenSSH exits with it for failures of its own: ssh(1), EXIT STATUS. */
const SSH_FAILED = 255;

/**
 * The system's OpenSSH, which knows this machine's keys, agents and jumps. It never asks, and never believes a host
 * that it does not know. What is brought comes on standard input: nothing of it is in any list of processes.
 */
export function sshShell({ user, port, knownHosts, identity }: SshAccess): NodeShell {
  const options = [
    ...['-T', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', 'ConnectTimeout=10'],
    ...(knownHosts === undefined
      ? []
      : ['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'GlobalKnownHostsFile=none']),
    ...(identity === undefined ? [] : ['-i', identity, '-o', 'IdentitiesOnly=yes']),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
  ];
  return async (node, call, signal) => {
    const target = ['--', node.host, 'sh', '-s'];
    const { stdout, stderr, exitCode, shortMessage } = await runScript(
      'ssh',
      [...options, ...target],
      call,
      signal,
    );
    if (exitCode === 0) return stdout;
    if (exitCode !== undefined && exitCode !== SSH_FAILED) throw nodeRefused(node, stderr);
    const said = stderr
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('@'))
      .join('; ');
    throw nodeUnreachable(node, said || (shortMessage ?? ''), sshAdvice(node.host, stderr));
  };
}

function sshAdvice(host: string, stderr: string): string | undefined {
  if (stderr.includes('REMOTE HOST IDENTIFICATION HAS CHANGED'))
    return `find out why the key of ${host} is another one before anything else; if it is right: ssh-keygen -R ${host}`;
  if (stderr.includes('Host key verification failed')) return `know it first: ssh ${host}`;
  return `ssh ${host}`;
}
