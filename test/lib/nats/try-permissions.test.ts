import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NatsNode, Service } from '../../../src/lib/fleet/fleet.ts';
import { natsUser, OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { type PermissionTry, permissionTries } from '../../../src/lib/nats/permission-tries.ts';
import { fleetUsers } from '../../../src/lib/nats/permissions.ts';
import { tryPermissions } from '../../../src/lib/nats/try-permissions.ts';
import { FLEET } from '../../support/kept/kept.ts';
import { type NatsCluster, startNats } from './cluster.ts';
import { SETTINGS } from './settings.ts';

const AUTH: Service = {
  ...SETTINGS,
  name: 'auth',
  user: natsUser(FLEET, 'auth'),
  endpoints: [],
  calls: ['svc.settings.v1.get'],
  callbacks: true,
  state: { kv: [], stream: [] },
};
const services = [AUTH, SETTINGS];
let cluster: NatsCluster;
let node: NatsNode;
beforeAll(async () => {
  cluster = await startNats({
    ...{ size: 1, services },
    twist: (config) =>
      config
        .replace(/jetstream \{[^}]*\}/, '')
        // Somebody was careless.
        .replace(/(user: "auth[\s\S]*?allow: \[)/, '$1"$KV.>", ')
        .replace('"svc.settings.v1.get q.settings"', '"svc.settings.v1.get"')
        .replace('"$JS.API.INFO", ', ''),
  });
  node = cluster.nodes[0] as NatsNode;
});
afterAll(() => cluster?.stop());

const material = (holder: string) => {
  const { cert, key } = cluster.identity(holder);
  const [one, two, ca] = [cert, key, cluster.ca].map((file) => readFileSync(file, 'utf8'));
  return { cert: one, key: two, ca } as { cert: string; key: string; ca: string };
};
const triesOf = (holder: string): PermissionTry[] => {
  const own = fleetUsers({ name: FLEET, services }).find(({ user }) => user === natsUser(FLEET, holder));
  return permissionTries(
    own as never,
    services.find(({ name }) => name === holder),
    { services },
  );
};
const wrong = async (holder: string) => await tryPermissions(node, material(holder), triesOf(holder));

it('finds nothing wrong where the server does as is rendered, both ways', async () => {
  const tries = triesOf(OPERATOR);
  expect(tries.filter(({ expected }) => expected === 'allowed').length).toBe(2);
  expect(tries.filter(({ expected }) => expected === 'refused').length).toBeGreaterThan(5);
  expect(await wrong(OPERATOR)).toEqual([]);
});

it('finds what is allowed and should not be', async () => {
  expect(await wrong('auth')).toEqual([
    { act: 'publish', subject: '$KV.gsys-try.gsys-try', expected: 'refused' },
  ]);
});

it('finds what is refused and should not be, and a queue group that does not count', async () => {
  expect(await wrong('settings')).toEqual([
    { act: 'publish', subject: '$JS.API.INFO', expected: 'allowed' },
    { act: 'subscribe', subject: 'svc.settings.v1.get', expected: 'refused' },
    { act: 'subscribe', subject: 'svc.settings.v1.get', queue: 'gsys-try', expected: 'refused' },
  ]);
});

it('says so when somebody is not let in at all', async () => {
  await expect(tryPermissions(node, material(node.name), [])).rejects.toMatchObject({ kind: 'auth' });
});

it('never tries what would be real: calls, events, buckets, its own subjects in its own group', () => {
  for (const holder of ['auth', 'settings', OPERATOR]) {
    const allowed = triesOf(holder).filter(({ expected }) => expected === 'allowed');
    expect(allowed.filter(({ subject }) => /^(svc|evt|dlq|\$KV)\./.test(subject))).toEqual([]);
  }
});
