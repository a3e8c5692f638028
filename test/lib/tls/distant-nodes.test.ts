import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListCommandInvocationsCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { distribute } from '../../../src/lib/tls/distribute.ts';
import { tlsStatus } from '../../../src/lib/tls/status.ts';
import { betrayed, traitors } from '../../support/secrets.ts';
import { PASSPHRASES, type Staging, startStaging } from './staging.ts';

/** Nodes that are reached by Run Command alone. */
let staging: Staging;
let place: string;
beforeAll(async () => {
  place = realpathSync(mkdtempSync(path.join(tmpdir(), 'gsys-nodes-')));
  for (const name of ['nats-1', 'nats-2']) mkdirSync(path.join(place, name), { mode: 0o700 });
  const nodes = ['nats-1', 'nats-2'].map((name, i) => ({
    ...{ name, host: '127.0.0.1', clientPort: 1 + i, routePort: 11 + i },
    instanceId: `i-0000000000000000${i + 1}`,
  }));
  staging = await startStaging({ transport: 'ssm', folder: path.join(place, '{node}'), nodes });
  await staging.init();
  const { fleet, access } = staging;
  await distribute({
    ...{ fleet, access, afterwards: () => access, holder: { command: 'tls distribute', who: 'test' } },
    ...{ dryRun: false, holders: ['nats-1', 'nats-2'], confirm: async () => {}, tell: () => undefined },
    passphrase: async () => PASSPHRASES.issuer,
  }).catch(() => 'nothing runs there');
});
afterAll(async () => {
  await staging?.close();
  rmSync(place, { recursive: true, force: true });
});

const statusOf = async (node: string) => {
  const { holders } = await tlsStatus(staging.fleet, staging.access);
  return holders.find(({ holder }) => holder === node);
};

it('status tells what lies on them, and that it is what was issued', async () => {
  const node = await statusOf('nats-1');
  expect(node?.deployed).toMatchObject({ state: 'there', where: expect.stringMatching(/ of 127\.0\.0\.1$/) });
  expect(node?.deployed.certificate?.serial).toBe(node?.issued?.serial);
});

it('status names a key there that does not belong to its certificate', async () => {
  writeFileSync(
    path.join(place, 'nats-2', 'tls', 'key.pem'),
    readFileSync(path.join(place, 'nats-1', 'tls', 'key.pem')),
  );
  expect((await statusOf('nats-2'))?.problems.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/deployed key does not belong/),
  );
});

it('one that cannot be asked is unknown, and why is said', async () => {
  const { nats } = staging.fleet.environment;
  const nodes = nats.nodes.map((node) => ({ ...node, instanceId: 'i-0000000000000000f' }));
  const environment = { ...staging.fleet.environment, nats: { ...nats, nodes } };
  const { holders } = await tlsStatus({ ...staging.fleet, environment }, staging.access);
  const node = holders.find(({ holder }) => holder === 'nats-1');
  expect(node?.deployed.state).toBe('unreachable');
  expect(node?.problems).toContainEqual({
    ...{ status: 'unknown', remedy: [] },
    message: expect.stringMatching(/could not be looked at: .*describe-instance-information/),
  });
});

it('neither the history of commands nor anything that an API was told has a key or a passphrase in it', async () => {
  const ssm = new SSMClient(staging.endpoint.client);
  const { CommandInvocations } = await ssm.send(new ListCommandInvocationsCommand({ Details: true }));
  expect(CommandInvocations?.length).toBeGreaterThan(4);
  expect(staging.told.join()).toContain('gsys_node install');
  const secrets = traitors([place], Object.values(PASSPHRASES));
  expect(betrayed(readFileSync(path.join(place, 'nats-1', 'tls', 'key.pem'), 'utf8'), secrets)).not.toEqual(
    [],
  );
  expect(betrayed(JSON.stringify(CommandInvocations), secrets)).toEqual([]);
  expect(betrayed(staging.told.join('\n'), secrets)).toEqual([]);
});
