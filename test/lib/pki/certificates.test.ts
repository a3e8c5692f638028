import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, DAY, type KeyPair } from '../../../src/lib/pki/authority.ts';
import { createIssuer } from '../../../src/lib/pki/create-issuer.ts';
import { createRoot } from '../../../src/lib/pki/create-root.ts';
import { CLIENT_AUTH, inspect, isIssuedBy, isPair, SERVER_AUTH } from '../../../src/lib/pki/inspect.ts';
import { issueLeaf, signLeaf } from '../../../src/lib/pki/issue-leaf.ts';
import { isDue } from '../../../src/lib/pki/life.ts';

const NODE = {
  profile: 'node',
  commonName: 'nats-1',
  organization: 'gaming-system',
  dns: ['nats-1', 'localhost'],
  ip: ['127.0.0.1'],
} as const;
const SERVICE = {
  profile: 'service',
  commonName: 'settings',
  organization: 'gaming-system',
  dns: ['settings.g1.svc.gaming-system.internal'],
} as const;

describe('certificates', () => {
  let folder: string;
  let root: Authority;
  let issuer: Authority;
  let node: KeyPair;
  let service: KeyPair;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'gsys-pki-'));
    root = await createRoot('gaming-system');
    issuer = await createIssuer(root, 'gaming-system');
    [node, service] = await Promise.all([
      issueLeaf(issuer, { ...NODE, dns: [...NODE.dns], ip: [...NODE.ip] }),
      issueLeaf(issuer, { ...SERVICE, dns: [...SERVICE.dns] }),
    ]);
    writeFileSync(path.join(folder, 'root.pem'), root.cert);
    writeFileSync(path.join(folder, 'issuer.pem'), issuer.cert);
    writeFileSync(path.join(folder, 'node.pem'), node.cert);
    writeFileSync(path.join(folder, 'service.pem'), service.cert);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const verify = (...argv: string[]) =>
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', 'root.pem', ...argv], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });

  it('is a server and a client to OpenSSL when it is a node', () => {
    expect(verify('-untrusted', 'issuer.pem', '-purpose', 'sslserver', 'node.pem')).toContain('node.pem: OK');
    expect(verify('-untrusted', 'issuer.pem', '-purpose', 'sslclient', 'node.pem')).toContain('node.pem: OK');
    expect(verify('-untrusted', 'issuer.pem', '-verify_ip', '127.0.0.1', 'node.pem')).toContain('OK');
  });

  it('is a client and no server to OpenSSL when it is a service', () => {
    expect(verify('-untrusted', 'issuer.pem', '-purpose', 'sslclient', 'service.pem')).toContain('OK');
    expect(() => verify('-untrusted', 'issuer.pem', '-purpose', 'sslserver', 'service.pem')).toThrow();
  });

  it('is refused without the issuing authority', () => {
    expect(() => verify('node.pem')).toThrow(/unable to get local issuer/);
  });

  it('is refused from an authority that the issuing authority made: its path length is 0', async () => {
    const rogue = await createIssuer(issuer, 'rogue');
    const leaf = await issueLeaf(rogue, { ...SERVICE, dns: [...SERVICE.dns] });
    writeFileSync(path.join(folder, 'chain.pem'), issuer.cert + rogue.cert);
    writeFileSync(path.join(folder, 'rogue-leaf.pem'), leaf.cert);
    expect(() => verify('-untrusted', 'chain.pem', 'rogue-leaf.pem')).toThrow(/path length constraint/);
  });

  it('carries the names, usages and life of its profile', () => {
    const facts = inspect(node.cert);
    expect(facts).toMatchObject({ dns: NODE.dns, ip: NODE.ip, authority: false });
    expect(facts.usages.sort()).toEqual([SERVER_AUTH, CLIENT_AUTH]);
    expect(inspect(service.cert)).toMatchObject({ dns: SERVICE.dns, ip: [], usages: [CLIENT_AUTH] });
    expect(daysLeft(facts.notAfter)).toBeCloseTo(90, 1);
    expect(daysLeft(inspect(service.cert).notAfter)).toBeCloseTo(30, 1);
    expect((Date.now() - facts.notBefore.getTime()) / 60_000).toBeCloseTo(5, 0);
  });

  it('is signed with SHA-256 by keys of the right size', () => {
    const text = execFileSync('openssl', ['x509', '-in', 'node.pem', '-noout', '-text'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(text).toContain('sha256WithRSAEncryption');
    expect(text).toContain('Public-Key: (2048 bit)');
    expect(new X509Certificate(issuer.cert).publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  it('has a positive serial of its own with at least 64 random bits', () => {
    const serials = Array.from(
      { length: 50 },
      () =>
        inspect(signLeaf(issuer, new X509Certificate(node.cert).publicKey, { ...NODE, dns: ['a'], ip: [] }))
          .serial,
    );
    expect(new Set(serials).size).toBe(50);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it('belongs to its key and its issuer, and to no other', () => {
    expect(isPair(node.cert, node.key)).toBe(true);
    expect(isPair(node.cert, service.key)).toBe(false);
    expect(isIssuedBy(node.cert, issuer.cert)).toBe(true);
    expect(isIssuedBy(node.cert, root.cert)).toBe(false);
    expect(isIssuedBy(issuer.cert, root.cert)).toBe(true);
  });

  it('never promises more than its issuer', async () => {
    const eleventhMonth = new Date(Date.now() + 350 * DAY);
    const late = signLeaf(
      issuer,
      new X509Certificate(node.cert).publicKey,
      { ...NODE, dns: ['a'], ip: [] },
      eleventhMonth,
    );
    expect(inspect(late).notAfter).toEqual(inspect(issuer.cert).notAfter);
    const afterTheEnd = new Date(Date.now() + 400 * DAY);
    await expect(issueLeaf(issuer, { ...SERVICE, dns: ['a'] }, afterTheEnd)).rejects.toThrow(/has ended/);
  });

  it('is due at two thirds of its life', () => {
    const facts = inspect(node.cert);
    expect(isDue(facts, new Date(Date.now() + 59 * DAY))).toBe(false);
    expect(isDue(facts, new Date(Date.now() + 61 * DAY))).toBe(true);
  });

  it('is not issued to a service with two identities, or none', async () => {
    await expect(issueLeaf(issuer, { ...SERVICE, dns: ['a', 'b'] })).rejects.toThrow(/exactly one DNS name/);
    await expect(issueLeaf(issuer, { ...SERVICE, dns: [] })).rejects.toThrow(/exactly one DNS name/);
  });
});

function daysLeft(end: Date): number {
  return (end.getTime() - Date.now()) / DAY;
}
