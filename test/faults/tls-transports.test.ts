import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListCommandInvocationsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { issuerSecretName } from '../../src/lib/fleet/identity.ts';
import { currentAuthorityFolder, readAuthorityFolder } from '../../src/lib/pki/authority-folder.ts';
import { issuerSecret } from '../../src/lib/tls/issuer.ts';
import type { TlsStep } from '../../src/lib/tls/steps.ts';
import { sdkOptions } from '../support/aws-clients.ts';
import { gsys } from '../support/cli.ts';
import { CLOUD_ACCESS, cloudOf } from '../support/cloud.ts';
import { type DefinitionFolder, definitionFolder } from '../support/definition.ts';
import { type Platform, platform } from '../support/platform.ts';
import { hasSshd, type Sshd, startSshd } from '../support/sshd.ts';

/** Real nodes that are reached as those of an account are: by ssh, or by Run Command, and by their own ports. */
const NODE = 'nats-2';
const ways = [...(hasSshd ? ['ssh'] : []), 'ssm'] as ('ssh' | 'ssm')[];
let folder: DefinitionFolder;
let fleet: Platform;
let sshd: Sshd | undefined;
let passphrase: string;
/** Whatever any command has said. */
let said = '';
beforeAll(async () => {
  folder = definitionFolder();
  fleet = platform(folder.root);
  await fleet.must('local', 'up');
  if (hasSshd) sshd = await startSshd(20_000 + fleet.slot * 100 + 95);
  const kept = await readAuthorityFolder(await currentAuthorityFolder(path.join(fleet.home, 'local')));
  if (kept === undefined) throw new Error('the platform has no authority');
  passphrase = kept.passphrase;
  const document = parse(readFileSync(path.join(folder.root, 'gsys.yaml'), 'utf8'));
  const secrets = new SecretsManagerClient(await sdkOptions(fleet));
  for (const way of ways) {
    document.environments[way] = cloudOf(
      fleet,
      way === 'ssh' ? { transport: way, ssh: sshd?.access() } : { transport: way },
    );
    const Name = issuerSecretName(document.fleet, way);
    await secrets.send(new CreateSecretCommand({ Name, SecretString: issuerSecret(kept) }));
  }
  folder.write('gsys.yaml', document);
});
afterAll(async () => {
  sshd?.remove();
  await fleet?.remove();
  folder?.remove();
});

const file = (name: string) => path.join(fleet.home, 'local', 'nats', NODE, name);
const read = (name: string) => readFileSync(file(`tls/${name}`), 'utf8');
const serial = () => new X509Certificate(read('cert.pem')).serialNumber;
async function asked(way: string, args: string[], secret = passphrase) {
  const env = { ...fleet.env, ...CLOUD_ACCESS, GSYS_TLS_PASSPHRASE: secret };
  const outcome = await gsys(['tls', ...args, '--env', way, '--json'], { cwd: folder.root, env });
  said += outcome.stdout + outcome.stderr;
  return outcome;
}
async function tls(way: string, args: string[], secret?: string) {
  const { code, stdout, stderr } = await asked(way, args, secret);
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TlsStep & { outcome?: string; error?: { code: string } });
  return { code, stderr, lines, last: lines.at(-1) };
}
/** What is seen of it from outside, and lies there by what its own machine says. */
async function statusOf(way: string) {
  const { holders } = JSON.parse((await asked(way, ['status'])).stdout) as {
    holders: { holder: string; deployed: object; problems: unknown[] }[];
  };
  return holders.find(({ holder }) => holder === NODE);
}

describe.each(ways)('a node over %s', (way) => {
  it('gets a key made there and a certificate, and is seen to have reloaded both', async () => {
    const before = [serial(), read('key.pem')];
    const { code, lines, stderr } = await tls(way, ['distribute', NODE, '--yes']);
    expect(code, stderr + JSON.stringify(lines.at(-1))).toBe(0);
    expect(serial()).not.toBe(before[0]);
    expect(read('key.pem')).not.toBe(before[1]);
    expect(lines).toContainEqual(expect.objectContaining({ type: 'proved', holder: NODE }));
    const status = await statusOf(way);
    expect(status?.problems).toEqual([]);
    expect(status?.deployed).toMatchObject({ state: 'there', certificate: { serial: serial() } });
  });

  it('rotates its leaf, and its key with it', async () => {
    const before = [serial(), read('key.pem')];
    const { code, lines, last, stderr } = await tls(way, ['rotate', 'leaf', NODE, '--yes']);
    expect(code, stderr + JSON.stringify(last)).toBe(0);
    expect(last).toMatchObject({ type: 'result', outcome: 'proven' });
    expect(lines.filter(({ type }) => type === 'proved')).not.toEqual([]);
    expect(serial()).not.toBe(before[0]);
    expect(read('key.pem')).not.toBe(before[1]);
    expect((await statusOf(way))?.problems).toEqual([]);
  });
});

it('a passphrase that is wrong begins no rotation, and nothing is asked of a node', async () => {
  const before = serial();
  const { code, last } = await tls('ssm', ['rotate', 'leaf', NODE, '--yes'], 'wrong horse battery staple');
  expect(code).toBe(1);
  expect(last?.error?.code).toBe('BAD_CERTIFICATE');
  expect(serial()).toBe(before);
  const resumed = await tls('ssm', ['rotate', 'leaf', '--resume', '--yes']);
  expect(resumed.last?.error?.code).toBe('NO_SUCH_ROTATION');
});

it.runIf(hasSshd)(
  'a machine whose ssh key is another one than it was is not touched, and why is said',
  async () => {
    const before = serial();
    sshd?.know('other');
    const { code, last } = await tls('ssh', ['rotate', 'leaf', NODE, '--yes']);
    sshd?.know('host');
    expect(code).not.toBe(0);
    expect(last?.error).toMatchObject({
      ...{ code: 'NODE_UNREACHABLE', next: expect.stringMatching(/key of 127\.0\.0\.1 is another one/) },
      message: expect.stringContaining('Host key verification failed'),
    });
    expect(serial()).toBe(before);
    const { code: goesOn, last: proven } = await tls('ssh', ['rotate', 'leaf', '--resume', '--yes']);
    expect(goesOn, JSON.stringify(proven)).toBe(0);
    expect(serial()).not.toBe(before);
  },
);

it('no key is in what was said, nor in the history of commands', async () => {
  const client = new SSMClient(await sdkOptions(fleet));
  const { CommandInvocations } = await client.send(new ListCommandInvocationsCommand({ Details: true }));
  expect(CommandInvocations?.length).toBeGreaterThan(4);
  const [, secret = ''] = read('key.pem').split('\n');
  for (const text of [said, JSON.stringify(CommandInvocations)]) {
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(passphrase);
  }
});
