import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { natsUser, SYSTEM } from '../../../src/lib/fleet/identity.ts';
import { fleetUsers } from '../../../src/lib/nats/permissions.ts';
import {
  ACCOUNTS,
  configTag,
  type NatsServerPlan,
  renderServerConfig,
} from '../../../src/lib/nats/server-config.ts';
import { createIssuer } from '../../../src/lib/pki/create-issuer.ts';
import { createRoot } from '../../../src/lib/pki/create-root.ts';
import { writeKeyPair } from '../../../src/lib/pki/files.ts';
import { issueLeaf } from '../../../src/lib/pki/issue-leaf.ts';
import { FLEET } from '../../support/kept/kept.ts';
import { SETTINGS } from './settings.ts';

// A folder that a careless renderer would break on.
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys "conf" $HOME '));
  const root = await createRoot(FLEET);
  const issuer = await createIssuer(root, FLEET);
  const leaf = await issueLeaf(issuer, {
    profile: 'node',
    commonName: 'nats-1',
    organization: FLEET,
    dns: ['nats-1'],
  });
  await writeKeyPair(path.join(folder, 'nats-1'), leaf);
  writeFileSync(path.join(folder, 'ca.pem'), root.cert + issuer.cert);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const render = (more: Partial<NatsServerPlan> = {}) =>
  renderServerConfig({
    name: 'nats-1',
    cluster: FLEET,
    host: '127.0.0.1',
    listen: '127.0.0.1',
    clientPort: 24222,
    routePort: 26222,
    monitorPort: 28222,
    peers: [{ host: '127.0.0.1', routePort: 26223 }],
    tls: {
      cert: path.join(folder, 'nats-1', 'cert.pem'),
      key: path.join(folder, 'nats-1', 'key.pem'),
      ca: path.join(folder, 'ca.pem'),
    },
    users: fleetUsers({ name: FLEET, services: [SETTINGS] }),
    systemUser: natsUser(FLEET, SYSTEM),
    accounts: ACCOUNTS,
    storeDir: path.join(folder, 'js'),
    pidFile: path.join(folder, 'pid'),
    limits: { maxPayload: 1024 * 1024, maxFile: 1024 ** 3, maxMemory: 64 * 1024 ** 2 },
    ...more,
  });

it.each([
  ['whatever the paths are called', {}],
  ['where it binds all addresses and tells of one', { listen: '0.0.0.0', host: 'nats-1' }],
])('is accepted by nats-server, %s', (_, more) => {
  const file = path.join(folder, 'nats-server.conf');
  writeFileSync(file, render(more));
  const output = execFileSync('nats-server', ['-t', '-c', file], { encoding: 'utf8', stdio: 'pipe' });
  expect(output).not.toContain('error');
});

it('lets nobody in without a mapped certificate, and monitors on loopback alone', () => {
  const text = render();
  expect(text).toContain('verify_and_map: true');
  expect(text).toContain('http: "127.0.0.1:28222"');
  expect(text).not.toMatch(/password|no_auth_user|allow_non_tls/);
});

it('is known again by its tag, which is another one with every other setting', () => {
  const tag = configTag(render());
  expect(tag).toMatch(/^gsys-config:[0-9a-f]{12}$/);
  expect(configTag(render())).toBe(tag);
  expect(configTag(render({ monitorPort: 28223 }))).not.toBe(tag);
  expect(configTag('port: 4222')).toBeUndefined();
});
