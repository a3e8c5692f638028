import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatsNode } from '../../src/lib/fleet/fleet.ts';
import { nodeMachine } from '../../src/lib/tls/node/node-machine.ts';
import { sshShell } from '../../src/lib/tls/node/ssh-shell.ts';
import { leaseSlot } from '../support/slot.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';

/** A node's machine as ssh reaches it: a real OpenSSH server, with keys of its own. */
describe.skipIf(!hasSshd)('nodes over ssh', () => {
  let sshd: Sshd;
  let folder: string;
  let node: NatsNode;
  beforeAll(async () => {
    sshd = await startSshd(20_000 + leaseSlot() * 100 + 95);
    folder = mkdtempSync(path.join(tmpdir(), 'gsys-nats-1-'));
    node = { name: 'nats-1', host: '127.0.0.1', az: 'a', clientPort: 1, routePort: 2, folder } as NatsNode;
  });
  afterAll(() => {
    sshd?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const machine = (identity?: 'other') => nodeMachine(sshShell(sshd.access(identity)), undefined);

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
    sshd.know(undefined);
    await expect(machine().look(node)).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
      next: 'know it first: ssh 127.0.0.1',
    });
    sshd.know('host');
  });

  it('refuses a host whose key is another one than it was, and says so', async () => {
    sshd.know('other');
    await expect(machine().look(node)).rejects.toMatchObject({
      ...{ code: 'NODE_UNREACHABLE', message: expect.stringContaining('Host key verification failed') },
      next: expect.stringMatching(/find out why the key of 127\.0\.0\.1 is another one/),
    });
    sshd.know('host');
  });

  it('says that a machine is away', async () => {
    await sshd.stop();
    await expect(machine().look(node)).rejects.toMatchObject({
      ...{ code: 'NODE_UNREACHABLE', message: expect.stringContaining('Connection refused') },
    });
  });
});
