import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedLayout, embeddedLayout } from '../../src/lib/fleet/embedded-layout.ts';
import { DAY } from '../../src/lib/pki/authority.ts';
import { inspect } from '../../src/lib/pki/inspect.ts';
import type { PlatformAuthority } from '../../src/local/authority.ts';
import { ensureBundle, ensureCertificates, ensureTrust } from '../../src/local/certificates.ts';

const LAB = { name: 'lab' };
const now = new Date();
const later = (days: number) => new Date(now.getTime() + days * DAY);
let layout: EmbeddedLayout;
let authority: PlatformAuthority;

beforeAll(async () => {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'gsys-certificates-'));
  layout = embeddedLayout(24, stateDir, { shards: 3, replicasPerShard: 1 });
  authority = await ensureAll(now);
});
afterAll(() => rmSync(layout.stateDir, { recursive: true, force: true }));

const ensureAll = async (at: Date) => {
  const opened = await ensureTrust(layout, 'lab', at);
  for (const kind of ['nats', 'redis'] as const) await ensureCertificates(layout, kind, LAB, opened, at);
  return opened;
};
const folderOf = (holder: string) => {
  const node = [...layout.nats, ...layout.redis].find(({ name }) => name === holder);
  return node === undefined ? path.join(layout.certs, holder) : path.join(node.folder, 'tls');
};
const serial = (holder: string) =>
  inspect(readFileSync(path.join(folderOf(holder), 'cert.pem'), 'utf8')).serial;

it('makes a pair for every node and identity, and one bundle that all trust', () => {
  for (const holder of ['nats-1', 'nats-5', 'redis-1', 'redis-6', 'gsys-operator', 'gsys-system'])
    expect(serial(holder)).toMatch(/^[0-9A-F]{32}$/);
  const bundle = readFileSync(path.join(layout.certs, 'ca.pem'), 'utf8');
  expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});

it('keeps no key of an authority in the clear, and nothing that others can read', () => {
  for (const name of ['root.key.sealed', 'issuer.key.sealed', 'passphrase']) {
    const file = path.join(layout.stateDir, 'authority', name);
    expect(readFileSync(file, 'utf8')).not.toContain('PRIVATE KEY');
    expect(statSync(file).mode & 0o077).toBe(0);
  }
});

it('leaves what is good alone', async () => {
  const before = serial('nats-1');
  expect((await ensureAll(now)).bundle).toBe(authority.bundle);
  expect(serial('nats-1')).toBe(before);
});

it('renews what is damaged, and that alone', async () => {
  const [damaged, good] = [serial('nats-1'), serial('nats-2')];
  const other = readFileSync(path.join(folderOf('nats-2'), 'key.pem'));
  writeFileSync(path.join(folderOf('nats-1'), 'key.pem'), other);
  await ensureAll(now);
  expect(serial('nats-1')).not.toBe(damaged);
  expect(serial('nats-2')).toBe(good);
});

it('renews what is due: identities after 20 days, nodes after 60', async () => {
  const [identity, node] = [serial('gsys-operator'), serial('nats-3')];
  await ensureAll(later(25));
  expect(serial('gsys-operator')).not.toBe(identity);
  expect(serial('nats-3')).toBe(node);
});

it("renews a service's bundle when it is due or another authority's, and only then", async () => {
  const bundle = await ensureBundle(undefined, LAB, 'settings', authority, now);
  expect(inspect(bundle.cert).dns).toEqual(['settings.g1.svc.lab.internal']);
  expect(bundle.ca).toBe(authority.bundle);
  expect(await ensureBundle(bundle, LAB, 'settings', authority, now)).toBe(bundle);
  expect(await ensureBundle(bundle, LAB, 'settings', authority, later(21))).not.toBe(bundle);
});

it('makes everything anew once its authority is due', async () => {
  const fresh = await ensureAll(later(250));
  expect(fresh.bundle).not.toBe(authority.bundle);
  const bundle = await ensureBundle(undefined, LAB, 'settings', authority, now);
  expect(await ensureBundle(bundle, LAB, 'settings', fresh, later(250))).not.toBe(bundle);
});
