import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatsNode } from '../../src/lib/fleet/fleet.ts';
import { nodeMachine } from '../../src/lib/tls/node/node-machine.ts';
import { sshShell } from '../../src/lib/tls/node/ssh-shell.ts';
import { leaseSlot } from '../support/slot.ts';
import { until } from '../support/until.ts';

const SSHD = '/usr/sbin/sshd';

/** A node's machine as ssh reaches it: a real OpenSSH server, with keys of its own. */
describe.skipIf(!existsSync(SSHD))('nodes over ssh', () => {
  let dir: string;
  let server: ChildProcess;
  let node: NatsNode;
  let port: number;
  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'gsys-ssh-'));
    port = 20_000 + leaseSlot() * 100 + 95;
    for (const name of ['host', 'other', 'user']) makeKey(name);
    // sshd wants it for its unprivileged half.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    server = await serve('host');
    const folder = path.join(dir, 'nats-1');
    mkdirSync(folder, { mode: 0o700 });
    node = { name: 'nats-1', host: '127.0.0.1', az: 'a', clientPort: 1, routePort: 2, folder } as NatsNode;
    know('host');
  });
  afterAll(() => {
    server?.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  });

  const makeKey = (name: string) =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(dir, name)]);
  const publicKey = (name: string) =>
    readFileSync(path.join(dir, `${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  const know = (name: string) =>
    writeFileSync(path.join(dir, 'known_hosts'), `[127.0.0.1]:${port} ${publicKey(name)}\n`);
  async function serve(host: string): Promise<ChildProcess> {
    writeFileSync(path.join(dir, 'authorized'), `${publicKey('user')}\n`, { mode: 0o600 });
    const options = {
      ...{ ListenAddress: '127.0.0.1', Port: port, HostKey: path.join(dir, host), PidFile: 'none' },
      ...{ AuthorizedKeysFile: path.join(dir, 'authorized'), StrictModes: 'no', UsePAM: 'no' },
      ...{ PermitRootLogin: 'prohibit-password', PasswordAuthentication: 'no' },
    };
    const config = path.join(dir, 'sshd_config');
    writeFileSync(
      config,
      Object.entries(options)
        .map((line) => line.join(' '))
        .join('\n'),
    );
    const child = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: 'ignore' });
    await until('sshd to listen', () => isOpen(port));
    return child;
  }
  const machine = (identity = 'user') =>
    nodeMachine(
      sshShell({
        ...{ user: userInfo().username, port, identity: path.join(dir, identity) },
        knownHosts: path.join(dir, 'known_hosts'),
      }),
      undefined,
    );

  it('looks, and has a key made there that stays there', async () => {
    expect(await machine().look(node)).toMatchObject({ cert: undefined, pid: undefined });
    expect(await machine().request(node)).toContain('CERTIFICATE REQUEST');
    expect((await machine().look(node)).waiting).toContain('PUBLIC KEY');
  });

  it('says what the machine complained of', async () => {
    await expect(machine().back(node)).rejects.toMatchObject({
      ...{
        code: 'NODE_REFUSED',
        message: expect.stringMatching(/^nats-1: there is nothing .* to go back to/),
      },
    });
  });

  it('never asks for a password', async () => {
    await expect(machine('other').look(node)).rejects.toMatchObject({
      ...{ code: 'NODE_UNREACHABLE', message: expect.stringContaining('Permission denied') },
    });
  });

  it('refuses a host that it does not know', async () => {
    writeFileSync(path.join(dir, 'known_hosts'), '');
    await expect(machine().look(node)).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
      next: 'know it first: ssh 127.0.0.1',
    });
    know('host');
  });

  it('refuses a host whose key is another one than it was, and says so', async () => {
    know('other');
    await expect(machine().look(node)).rejects.toMatchObject({
      ...{ code: 'NODE_UNREACHABLE', message: expect.stringContaining('Host key verification failed') },
      next: expect.stringMatching(/find out why the key of 127\.0\.0\.1 is another one/),
    });
    know('host');
  });

  it('says that a machine is away', async () => {
    server.kill('SIGTERM');
    await until('it to be gone', async () => !(await isOpen(port)));
    await expect(machine().look(node)).rejects.toMatchObject({
      ...{ code: 'NODE_UNREACHABLE', message: expect.stringContaining('Connection refused') },
    });
  });
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
