import { afterAll, expect, it } from 'vitest';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { chooseHolders, holdersOf } from '../../../src/lib/tls/holders.ts';
import { listenersOf } from '../../../src/lib/tls/listeners.ts';
import { stagingFolder } from '../../support/staging.ts';

const folder = stagingFolder({ endpoint: 'http://127.0.0.1:1' });
afterAll(() => folder.remove());
const fleetOf = (environment: string) => loadFleet({ from: folder.root, environment });
const namesOf = (holders: { name: string }[]) => holders.map(({ name }) => name);

it('are nodes, services and operators; Redis nodes only where they are ours', async () => {
  expect(namesOf(holdersOf(await fleetOf('staging')))).toEqual([
    ...['nats-1', 'gateway', 'settings', 'gsys-operator', 'gsys-system'],
  ]);
  const local = namesOf(holdersOf(await fleetOf('local')));
  expect(local).toContain('redis-6');
  expect(local).toHaveLength(5 + 6 + 2 + 2);
});

it('a node is called by every name that is dialled, and its key stays with it', async () => {
  const [node, service] = holdersOf(await fleetOf('staging'));
  expect(node).toMatchObject({
    keyMadeHere: false,
    request: { dns: ['nats-1', 'nats-1.example.com', 'nats.example.com'], ip: [] },
  });
  expect(service).toMatchObject({
    keyMadeHere: true,
    request: { dns: ['gateway.g1.svc.gaming-system.internal'] },
  });
});

it('are chosen by name, a service also by its ECS service; who is nobody is named', async () => {
  const fleet = await fleetOf('staging');
  expect(namesOf(chooseHolders(fleet, ['settings-nats', 'nats-1']))).toEqual(['nats-1', 'settings']);
  expect(() => chooseHolders(fleet, ['settings', 'moon'])).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_HOLDER', exitCode: 2, message: expect.stringMatching(/moon/) }),
  );
});

it('listeners of a provider have no holder of ours', async () => {
  const staging = listenersOf((await fleetOf('staging')).environment);
  expect(staging.map(({ holder, listener }) => [holder, listener])).toEqual([
    ['nats-1', 'client'],
    ['nats-1', 'route'],
    [undefined, 'redis'],
  ]);
  expect(
    listenersOf((await fleetOf('local')).environment).filter(({ holder }) => holder === undefined),
  ).toEqual([]);
});
