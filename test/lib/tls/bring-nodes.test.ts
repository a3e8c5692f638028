import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspect, isPair } from '../../../src/lib/pki/inspect.ts';
import { distribute } from '../../../src/lib/tls/distribute.ts';
import { readInventory } from '../../../src/lib/tls/inventory.ts';
import type { TlsStep } from '../../../src/lib/tls/steps.ts';
import { PASSPHRASES, type Staging, startStaging } from './staging.ts';

/** A fleet whose nodes have never run: nothing can be proved yet, and their files are put in place all the same. */
let staging: Staging;
let place: string;
const NODES = ['nats-1', 'nats-2'];
beforeAll(async () => {
  place = mkdtempSync(path.join(tmpdir(), 'gsys-nodes-'));
  for (const name of NODES) mkdirSync(path.join(place, name), { mode: 0o700 });
  staging = await startStaging({
    ...{ transport: 'local', folder: path.join(place, '{node}') },
    nodes: NODES.map((name, i) => ({ name, host: '127.0.0.1', clientPort: 1 + i, routePort: 11 + i })),
  });
  await staging.init();
});
afterAll(async () => {
  await staging?.close();
  rmSync(place, { recursive: true, force: true });
});

const bringToNodes = async (passphrase = PASSPHRASES.issuer) => {
  const told: TlsStep[] = [];
  const { fleet, access } = staging;
  const outcome = await distribute({
    ...{ fleet, access, afterwards: () => access, holder: { command: 'tls distribute', who: 'test' } },
    ...{ dryRun: false, holders: NODES, confirm: async () => {}, passphrase: async () => passphrase },
    tell: (step) => told.push(step),
  }).catch((error: unknown) => error);
  return { outcome, told };
};
const read = (node: string, name: string) => readFileSync(path.join(place, node, 'tls', name), 'utf8');

it('a passphrase that is wrong ends it before anything is asked of a node', async () => {
  const { outcome } = await bringToNodes('wrong');
  expect(outcome).toMatchObject({ code: 'BAD_CERTIFICATE' });
  expect(() => read('nats-1', 'cert.pem')).toThrow('ENOENT');
});

it('all get key, certificate and bundle, and that nothing runs there is said, not passed over', async () => {
  const { outcome, told } = await bringToNodes();
  expect(outcome).toMatchObject({
    ...{ code: 'NOT_PROVEN', message: expect.stringContaining('no nats-server runs on nats-1, nats-2') },
    next: expect.stringContaining('gsys tls apply-config'),
  });
  expect(told.filter(({ type }) => type === 'proved')).toEqual([]);
  const inventory = await readInventory(staging.aws.ssm, staging.fleet);
  for (const node of NODES) {
    const cert = read(node, 'cert.pem');
    expect(isPair(cert, read(node, 'key.pem'))).toBe(true);
    expect(inspect(cert).fingerprint).toBe(inspect(inventory.get(node)?.cert ?? '').fingerprint);
  }
});

it('called again it makes nothing anew', async () => {
  const before = NODES.map((node) => read(node, 'cert.pem'));
  const { outcome, told } = await bringToNodes();
  expect(outcome).toMatchObject({ code: 'NOT_PROVEN' });
  expect(told.map(({ type }) => type)).toEqual(['locked']);
  expect(NODES.map((node) => read(node, 'cert.pem'))).toEqual(before);
});
