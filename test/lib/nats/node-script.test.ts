import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE_SCRIPT, type NodeVerb, nodeCall, parseNodeCall } from '../../../src/lib/nats/node-script.ts';
import { readRequest } from '../../../src/lib/pki/certificate-request.ts';
import { nodeRequest } from '../../../src/lib/pki/holder-requests.ts';
import { signLeaf } from '../../../src/lib/pki/issue-leaf.ts';
import { pack, parseNodeState, unpack } from '../../../src/lib/tls/node/node-state.ts';
import type { PlatformAuthority } from '../../../src/local/authority.ts';
import { runSystem } from '../../../src/local/faults/system-command.ts';
import { canMount } from '../../support/abilities.ts';
import { FLEET, keptAuthority } from '../../support/kept/kept.ts';

/** In a folder as a node has it, by the shell that every machine has. */
let folder: string;
let authority: PlatformAuthority;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-node-'));
  authority = await keptAuthority();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(verb: NodeVerb, ...args: string[]) {
  const input = `${NODE_SCRIPT}\n${nodeCall(verb, folder, args)}\n`;
  const { status, stdout, stderr } = spawnSync('sh', ['-s'], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}
const look = () => parseNodeState(run('look').stdout);
const requested = () => unpack(run('request', 'nats-1').stdout.split(' ')[1] ?? '');
const signed = (csr: string) =>
  signLeaf(authority.issuer, readRequest(csr).publicKey, nodeRequest(FLEET, 'nats-1', ['127.0.0.1']));
const inTls = (name: string) => path.join(folder, 'tls', name);

it('shows an empty folder as it is', () => {
  expect(look()).toEqual({
    ...{ cert: undefined, ca: undefined, config: undefined, fits: false, waiting: undefined, pid: undefined },
  });
});

it('makes a key that stays, switches to its certificate at once, and lets nobody else read it', () => {
  const csr = requested();
  expect(look().waiting).toContain('PUBLIC KEY');
  const cert = signed(csr);
  expect(run('install', pack(cert), pack(authority.bundle))).toMatchObject({ status: 0, stderr: '' });
  expect(look()).toMatchObject({ cert, ca: authority.bundle, fits: true, waiting: undefined });
  for (const name of ['key.pem', 'cert.pem', 'ca.pem'])
    expect(statSync(inTls(name)).mode & 0o777).toBe(0o600);
  expect(statSync(path.join(folder, 'tls')).mode & 0o777).toBe(0o700);
});

it('changes the bundle alone, with key and certificate as they were', () => {
  const before = readFileSync(inTls('key.pem'), 'utf8');
  expect(run('install', '-', pack(`${authority.bundle}${authority.issuer.cert}`)).status).toBe(0);
  expect(readFileSync(inTls('key.pem'), 'utf8')).toBe(before);
  expect(look().ca).toBe(`${authority.bundle}${authority.issuer.cert}`);
});

it('goes back to the version before, and forth, and keeps no more than those two', () => {
  const now = look();
  expect(run('back').status).toBe(0);
  expect(look().ca).toBe(authority.bundle);
  expect(run('back').status).toBe(0);
  expect(look()).toEqual(now);
  for (let i = 0; i < 3; i++) {
    expect(run('install', pack(signed(requested())), pack(authority.bundle)).status).toBe(0);
  }
  expect(readdirSync(folder).filter((name) => /^\.tls\.\d/.test(name))).toHaveLength(2);
});

it('refuses a certificate of another key, and leaves what is there in use', () => {
  const used = readlinkSync(path.join(folder, 'tls'));
  const other = signed(requested());
  requested();
  expect(run('install', pack(other), pack(authority.bundle))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('does not belong to the certificate'),
  });
  expect(readlinkSync(path.join(folder, 'tls'))).toBe(used);
  expect(look().fits).toBe(true);
});

it.each([
  ['reload', 'no nats-server runs by'],
  ['drain', 'no nats-server runs by'],
] as const)('does not %s whoever has the number by now', (verb, why) => {
  writeFileSync(path.join(folder, 'nats-server.pid'), String(process.pid));
  expect(run(verb)).toMatchObject({ status: 1, stderr: expect.stringContaining(why) });
});

it('refuses a folder that others can write, and one that is not there', () => {
  chmodSync(folder, 0o777);
  expect(run('look')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('can be written by others'),
  });
  chmodSync(folder, 0o700);
  const before = folder;
  folder = path.join(before, 'nowhere');
  expect(run('look').status).not.toBe(0);
  folder = before;
});

describe.runIf(canMount)('where nothing can be written', () => {
  let whole: string;
  beforeAll(() => {
    whole = folder;
    folder = mkdtempSync(path.join(tmpdir(), 'gsys-node-'));
    runSystem('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder]);
    expect(run('install', pack(signed(requested())), pack(authority.bundle)).status).toBe(0);
  });
  afterAll(() => {
    runSystem('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
    folder = whole;
  });

  it('the disk is full: no half of a key stays, and what is in use stays in use', () => {
    const before = look();
    expect(() => {
      for (;;) appendFileSync(path.join(folder, 'fill'), Buffer.alloc(4096));
    }).toThrow('ENOSPC');
    expect(run('request', 'nats-1').status).toBe(1);
    rmSync(path.join(folder, 'fill'));
    expect(readdirSync(folder)).not.toContain('.tls.next');
    expect(look()).toEqual(before);
  });

  it('the file system is read-only: it says so', () => {
    runSystem('mount', ['-o', 'remount,ro', folder]);
    expect(run('request', 'nats-1')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/read-only/i),
    });
    runSystem('mount', ['-o', 'remount,rw', folder]);
  });
});

it('is called by plain words alone', () => {
  for (const word of ['a b', '$(id)', 'a;b', "a'b", '']) {
    expect(() => nodeCall('request', '/x', [word])).toThrow(/not a plain word/);
  }
  for (const line of [
    'rm -rf /x',
    'gsys_node look',
    'gsys_node look /x $(id)',
    'gsys_node look /x;id',
    'gsys_node  /x',
  ])
    expect(parseNodeCall(line)).toBeUndefined();
  expect(parseNodeCall(nodeCall('look', '/x', []))).toEqual({ verb: 'look', folder: '/x', args: [] });
});
