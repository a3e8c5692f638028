import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatsNode } from '../../../../src/lib/fleet/fleet.ts';
import { configTag } from '../../../../src/lib/nats/server-config.ts';
import { readVarz } from '../../../../src/lib/tls/prove-node.ts';
import { failures } from '../../../support/load.ts';
import { type ConfigLab, startConfigLab } from './nodes.ts';
import { underLoad } from './under-load.ts';

const NODES = ['nats-1', 'nats-2', 'nats-3'];
let lab: ConfigLab;
beforeAll(async () => {
  lab = await startConfigLab();
});
afterAll(() => lab?.stop());

const text = (node: string) => readFileSync(lab.file(node), 'utf8');
const tags = () => NODES.map((node) => configTag(text(node)));
const loadedTags = async () =>
  await Promise.all(
    lab.fleet.environment.nats.nodes.map(
      async (node) => (await readVarz(node, lab.fleet.environment)).tags?.[0],
    ),
  );

it('has nothing to do where the platform has just come up, and proves permissions both ways', async () => {
  const { result, steps, error } = await lab.apply(lab.fleet);
  expect(error).toBeUndefined();
  expect(steps).toEqual([]);
  expect(result).toMatchObject({ outcome: 'nothing-to-do', changed: [] });
  expect(
    result?.permissions.map(({ holder, untried, wrong, nodes }) => ({ holder, untried, wrong, nodes })),
  ).toEqual(
    ['gsys-operator', 'settings'].map((holder) => ({ holder, untried: undefined, wrong: [], nodes: NODES })),
  );
});

it('asks a node once more that closed the connection, and no more than that', async () => {
  const { environment } = lab.fleet;
  const [node] = environment.nats.nodes as [NatsNode];
  const answers = async (broken: number) => {
    const { port: clientPort, close } = await breaking(broken, node.clientPort);
    return await readVarz({ ...node, clientPort }, environment).finally(close);
  };
  expect(await answers(1)).toMatchObject({ server_name: node.name });
  await expect(answers(2)).rejects.toMatchObject({ kind: 'tcp' });
});

it("brings a new service's user to all nodes by reload, while requests flow and none is lost", async () => {
  const load = await underLoad(lab.fleet);
  const { result, steps, error } = await lab.apply(lab.with('auth'));
  const outcomes = await load.stop();
  expect(error).toBeUndefined();
  expect(steps.filter((step) => !step.endsWith('waiting'))).toEqual(
    NODES.flatMap((node) => ['configured', 'reloading', 'proved'].map((step) => `${node} ${step}`)),
  );
  expect(result).toMatchObject({ outcome: 'applied', changed: NODES });
  expect(result?.permissions.find(({ holder }) => holder === 'auth')).toMatchObject({
    wrong: [],
    nodes: NODES,
  });
  expect(result?.permissions.find(({ holder }) => holder === 'settings')?.endpoints.held).toBe(1);
  expect(failures(outcomes)).toEqual({});
  // A server that reloads forgets whom its clients may answer (https://github.com/nats-io/nats-server/pull/8620), so
  // what was under way just then is asked again, as the services' own SDK does.
  expect(load.repeated()).toBeLessThanOrEqual(NODES.length * load.workers);
  expect(await lab.apply(lab.with('auth'))).toMatchObject({
    result: { outcome: 'nothing-to-do' },
    steps: [],
  });
});

describe('a node that does not take it over', () => {
  it('is taken back, and ends it: the nodes before are proved, those after untouched', async () => {
    const before = tags();
    // Its reload goes to somebody else.
    const own = readFileSync(lab.file('nats-2', 'nats-server.pid'), 'utf8');
    writeFileSync(lab.file('nats-2', 'nats-server.pid'), readFileSync(lab.file('nats-1', 'nats-server.pid')));
    const { error, steps } = await lab.apply(lab.fleet);
    writeFileSync(lab.file('nats-2', 'nats-server.pid'), own);
    expect(error).toMatchObject({
      code: 'NOT_PROVEN',
      message: expect.stringMatching(/^nats-2 is not seen/),
    });
    expect(error?.details).toEqual([
      'nats-2 went back to what it had, and is seen to use that',
      'proved: nats-1; under way or next: nats-2; untouched: nats-3',
    ]);
    expect(steps).toContain('nats-2 went-back');
    expect(tags().slice(1)).toEqual(before.slice(1));
    expect(tags()[0]).not.toBe(before[0]);
    expect(await loadedTags()).toEqual(tags());
  });

  it('is no reason to begin anew: the next run does what is left', async () => {
    const { result, error } = await lab.apply(lab.fleet);
    expect(error).toBeUndefined();
    expect(result?.changed).toEqual(['nats-2', 'nats-3']);
    expect(await loadedTags()).toEqual(tags());
  });

  it('is known by what it has loaded, when its file was changed or never loaded', async () => {
    writeFileSync(lab.file('nats-3'), text('nats-3').replace(/max_payload: .*/, 'max_payload: 2048'));
    const { result } = await lab.apply(lab.fleet);
    expect(result?.plan.map(({ action }) => action)).toEqual(['none', 'none', 'reload']);
    expect(text('nats-3')).not.toContain('2048');
  });
});

it('ends after the node that is under way when it is asked to, and goes on from there', async () => {
  let looks = 0;
  const { error } = await lab.apply(lab.with('auth'), { asked: () => ++looks > 1 });
  expect(error).toMatchObject({
    code: 'INTERRUPTED',
    details: ['proved: nats-1; under way or next: nats-2; untouched: nats-3'],
  });
  expect((await lab.apply(lab.with('auth'))).result?.changed).toEqual(['nats-2', 'nats-3']);
  expect((await lab.apply(lab.fleet)).result?.changed).toEqual(NODES);
});

/** Passes on to a port, but breaks the first connections in the midst of it: as soon as the client begins with TLS. */
async function breaking(broken: number, to: number): Promise<{ port: number; close(): void }> {
  let seen = 0;
  const server = createServer((client) => {
    const breaks = ++seen <= broken;
    const onward = connect(to, '127.0.0.1');
    for (const socket of [client, onward]) socket.on('error', () => undefined);
    onward.pipe(client);
    client.on('data', (data) => (breaks ? client.resetAndDestroy() : onward.write(data)));
    client.on('close', () => onward.destroy());
    onward.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}
