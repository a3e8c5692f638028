import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import type { SshAccess } from '../../src/lib/fleet/fleet.ts';
import { until } from './until.ts';

const SSHD = '/usr/sbin/sshd';
export const hasSshd = existsSync(SSHD);

/** A real OpenSSH server on this machine, with keys of its own and one person who may come. */
export interface Sshd {
  port: number;
  /** @param identity whose key: of the `user`, who may come, or of some `other` */
  access(identity?: 'user' | 'other'): Required<SshAccess>;
  /** What is known of the machine: its key, another one, or nothing. */
  know(key: 'host' | 'other' | undefined): void;
  stop(): Promise<void>;
  remove(): void;
}

export async function startSshd(port: number): Promise<Sshd> {
  const dir = mkdtempSync(path.join(tmpdir(), 'gsys-ssh-'));
  const file = (name: string) => path.join(dir, name);
  for (const name of ['host', 'other', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  const publicKey = (name: string) =>
    readFileSync(file(`${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  // sshd wants it for its unprivileged half.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  writeFileSync(file('authorized'), `${publicKey('user')}\n`, { mode: 0o600 });
  const options = {
    ...{ ListenAddress: '127.0.0.1', Port: port, HostKey: file('host'), PidFile: 'none' },
    ...{ AuthorizedKeysFile: file('authorized'), StrictModes: 'no', UsePAM: 'no' },
    ...{ PermitRootLogin: 'prohibit-password', PasswordAuthentication: 'no' },
  };
  const lines = Object.entries(options).map((line) => line.join(' '));
  writeFileSync(file('sshd_config'), lines.join('\n'));
  const server = spawn(SSHD, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' });
  const sshd: Sshd = {
    port,
    access: (identity = 'user') => ({
      ...{ user: userInfo().username, port },
      ...{ identity: file(identity), knownHosts: file('known_hosts') },
    }),
    know: (key) =>
      writeFileSync(file('known_hosts'), key === undefined ? '' : `[127.0.0.1]:${port} ${publicKey(key)}\n`),
    async stop() {
      server.kill('SIGTERM');
      await until('sshd to be gone', async () => !(await isOpen(port)));
    },
    remove() {
      server.kill('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
  sshd.know('host');
  await until('sshd to listen', () => isOpen(port));
  return sshd;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
