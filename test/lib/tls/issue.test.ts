import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspect } from '../../../src/lib/pki/inspect.ts';
import { readInventory } from '../../../src/lib/tls/inventory.ts';
import { PASSPHRASES, type Staging, startStaging } from './staging.ts';

let staging: Staging;
let rootFolder: string;
beforeAll(async () => {
  staging = await startStaging();
  rootFolder = path.join(staging.fleet.environment.stateDir, 'authority');
});
afterAll(() => staging?.close());

const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: staging.certs, encoding: 'utf8', stdio: 'pipe' });
const trust = () => path.join(staging.folder.root, 'certs/staging/ca.pem');
const cert = (holder: string) => readFileSync(path.join(staging.certs, holder, 'cert.pem'), 'utf8');
const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('an environment without an authority', () => {
  it('issues nothing, and says what to type', async () => {
    await expect(staging.issue()).rejects.toMatchObject({
      ...{ code: 'NO_AUTHORITY', next: 'gsys tls init --env staging' },
    });
  });

  it('gets none in a dry run, nor with passphrases that protect nothing', async () => {
    expect(await staging.init({ dryRun: true })).toMatchObject({ outcome: 'dry-run' });
    for (const passphrases of [
      { root: 'short', issuer: 'issuer horse battery' },
      { root: 'the same for both', issuer: 'the same for both' },
    ])
      await expect(staging.init({ passphrases: async () => passphrases })).rejects.toMatchObject({
        exitCode: 2,
      });
    expect(await staging.aws.secrets.value('gsys/gaming-system/staging/tls-issuer')).toBeUndefined();
    expect(readdirSync(staging.folder.root)).not.toContain('certs');
  });
});

describe('an authority', () => {
  it('is made once, sealed, and OpenSSL believes its chain', async () => {
    const { outcome, plan } = await staging.init();
    expect(outcome).toBe('made');
    expect(mode(rootFolder)).toBe('700');
    expect(mode(plan.rootKey)).toBe('600');
    const secret = await staging.aws.secrets.value(plan.issuerSecret);
    for (const kept of [readFileSync(plan.rootKey, 'utf8'), secret]) expect(kept).not.toMatch(/PRIVATE KEY/);
    writeFileSync(path.join(rootFolder, 'issuer.pem'), JSON.parse(secret ?? '').cert);
    const verified = execFileSync(
      'openssl',
      ['verify', '-x509_strict', '-CAfile', 'root.pem', 'issuer.pem'],
      { cwd: rootFolder, encoding: 'utf8' },
    );
    expect(verified).toContain('issuer.pem: OK');
  });

  it('is never overwritten, not even what is left of it', async () => {
    await expect(staging.init()).rejects.toMatchObject({
      code: 'AUTHORITY_EXISTS',
      details: expect.arrayContaining([
        expect.stringMatching(/^secret /),
        expect.stringMatching(/root\.pem$/),
      ]),
    });
    const before = readFileSync(path.join(rootFolder, 'root.pem'), 'utf8');
    await expect(staging.init({ rootFolder: `${rootFolder}-2` })).rejects.toMatchObject({
      code: 'AUTHORITY_EXISTS',
    });
    expect(readFileSync(path.join(rootFolder, 'root.pem'), 'utf8')).toBe(before);
  });
});

describe('issuing', () => {
  it('with a wrong passphrase issues nothing and lets go of the lock', async () => {
    await expect(staging.issue(undefined, { passphrase: async () => 'wrong horse' })).rejects.toMatchObject({
      code: 'BAD_CERTIFICATE',
    });
    expect((await readInventory(staging.aws.ssm, staging.fleet)).size).toBe(0);
  });

  it('makes what is missing, and names the node that has to send a request', async () => {
    const { outcome, changed, refused } = await staging.issue();
    expect({ outcome, changed }).toEqual({
      outcome: 'incomplete',
      changed: ['gateway', 'settings', 'gsys-operator', 'gsys-system'],
    });
    expect(refused).toEqual([expect.stringMatching(/^nats-1: there is none.*tls distribute nats-1$/)]);
    const inventory = await readInventory(staging.aws.ssm, staging.fleet);
    expect([...inventory.keys()].sort()).toEqual([...changed].sort());
    expect(inspect(inventory.get('settings')?.cert ?? '')).toEqual(inspect(cert('settings')));
  });

  it('makes files for their owner alone, that OpenSSL believes', () => {
    for (const name of ['cert.pem', 'key.pem'])
      expect(mode(path.join(staging.certs, 'settings', name))).toBe('600');
    const chain = ['-untrusted', 'settings/cert.pem', '-CAfile', trust()];
    expect(openssl('verify', '-x509_strict', '-purpose', 'sslclient', ...chain, 'settings/cert.pem')).toMatch(
      /: OK/,
    );
    const text = openssl('x509', '-in', 'settings/cert.pem', '-noout', '-text');
    expect(text).toContain('DNS:settings.g1.svc.gaming-system.internal');
    expect(text).toContain('TLS Web Client Authentication');
    expect(text).not.toContain('TLS Web Server Authentication');
  });

  it('a second time issues nothing, and puts back a trust bundle that is gone', async () => {
    const before = cert('settings');
    const bundle = readFileSync(trust(), 'utf8');
    rmSync(trust());
    expect(await staging.issue(['settings', 'gsys-operator'])).toMatchObject({ outcome: 'nothing-to-do' });
    expect(cert('settings')).toBe(before);
    expect(readFileSync(trust(), 'utf8')).toBe(bundle);
  });

  it('renews one whose key is lost or is another, and that alone', async () => {
    const [settings, gateway] = [cert('settings'), cert('gateway')];
    writeFileSync(
      path.join(staging.certs, 'settings', 'key.pem'),
      readFileSync(path.join(staging.certs, 'gateway', 'key.pem')),
    );
    expect(await staging.issue(['settings', 'gateway'])).toMatchObject({ changed: ['settings'] });
    expect(cert('settings')).not.toBe(settings);
    expect(cert('gateway')).toBe(gateway);
  });

  it('makes no other while the one that was issued is deployed, wherever its files are', async () => {
    const [certificate, key] = ['cert', 'key'].map((name) =>
      readFileSync(path.join(staging.certs, 'settings', `${name}.pem`), 'utf8'),
    );
    const bundle = JSON.stringify({ cert: certificate, key, ca: readFileSync(trust(), 'utf8') });
    await staging.aws.secrets.create('gsys/gaming-system/staging/tls/settings', bundle, '');
    writeFileSync(path.join(staging.certs, 'settings', 'key.pem'), 'gone');
    expect(await staging.issue(['settings'])).toMatchObject({ outcome: 'nothing-to-do' });
  });

  it('leaves alone what somebody else has issued while it was asking', async () => {
    writeFileSync(path.join(staging.certs, 'gateway', 'key.pem'), 'lost');
    const slow = await staging.issue(['gateway'], {
      confirm: async () => expect(await staging.issue(['gateway'])).toMatchObject({ changed: ['gateway'] }),
    });
    expect(slow).toMatchObject({ outcome: 'nothing-to-do', changed: [] });
  });

  it('refuses a folder that others can enter, and leaves no key in it', async () => {
    chmodSync(staging.certs, 0o755);
    writeFileSync(path.join(staging.certs, 'gateway', 'key.pem'), 'lost');
    await expect(staging.issue(['gateway'])).rejects.toMatchObject({
      ...{ code: 'FILE_SYSTEM', next: expect.stringMatching(/chmod 700/) },
    });
    chmodSync(staging.certs, 0o700);
    expect(await staging.issue(['gateway'])).toMatchObject({ changed: ['gateway'] });
  });
});

describe('a request by a node', () => {
  const request = (names: string, ...more: string[]) => {
    const subject = ['-subj', '/CN=nats-1', '-addext', `subjectAltName=${names}`];
    return openssl(
      'req',
      '-new',
      ...(more.length > 0 ? more : ['-newkey', 'rsa:2048', '-noenc', '-keyout', 'node.key']),
      ...subject,
    );
  };
  let granted: string;

  it('is refused for names that the definition does not give it', async () => {
    await expect(staging.issue(['nats-1'], { request: request('DNS:nats-1,DNS:settings') })).rejects.toThrow(
      /asks to be called settings, too/,
    );
  });

  it('is refused for somebody whose key is made here, and for several', async () => {
    const csr = request('DNS:nats-1');
    await expect(staging.issue(['settings'], { request: csr })).rejects.toMatchObject({ exitCode: 2 });
    await expect(staging.issue(undefined, { request: csr })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('is granted with all the names that are dialled, and the key stays where it is', async () => {
    granted = request('DNS:nats-1.example.com');
    expect(await staging.issue(['nats-1'], { request: granted })).toMatchObject({ changed: ['nats-1'] });
    expect(readdirSync(path.join(staging.certs, 'nats-1'))).toEqual(['cert.pem']);
    expect(inspect(cert('nats-1')).dns.sort()).toEqual(['nats-1', 'nats-1.example.com', 'nats.example.com']);
    expect(await staging.issue()).toMatchObject({ outcome: 'nothing-to-do' });
    expect(await staging.issue(['nats-1'], { request: granted })).toMatchObject({ outcome: 'nothing-to-do' });
  });

  it('by another key gets another certificate', async () => {
    const before = cert('nats-1');
    await staging.issue(['nats-1'], { request: request('DNS:nats-1') });
    expect(cert('nats-1')).not.toBe(before);
  });

  it('serves and is believed, as is the service that comes', async () => {
    const server = createServer({
      ...{ cert: cert('nats-1'), key: readFileSync(path.join(staging.certs, 'node.key')) },
      ...{ ca: readFileSync(trust()), requestCert: true, rejectUnauthorized: true },
    });
    const greeted = new Promise<string>((resolve) =>
      server.once('secureConnection', (socket) => resolve(socket.getPeerCertificate().subjectaltname ?? '')),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect({
      ...{ host: '127.0.0.1', port: (server.address() as { port: number }).port, ca: readFileSync(trust()) },
      ...{ servername: 'nats.example.com', cert: cert('gateway') },
      key: readFileSync(path.join(staging.certs, 'gateway', 'key.pem')),
    });
    expect(await greeted).toBe('DNS:gateway.g1.svc.gaming-system.internal');
    expect(client.authorized).toBe(true);
    client.destroy();
    server.close();
  });
});

it('no passphrase and no key is in what AWS keeps in the clear', async () => {
  const parameters = await staging.aws.ssm.children('/gsys/gaming-system/staging/tls/issued');
  const all = JSON.stringify(parameters);
  expect(all).not.toMatch(/PRIVATE KEY/);
  for (const secret of Object.values(PASSPHRASES)) expect(all).not.toContain(secret);
});
