import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GameEventSchema } from '../../services/gen/event_bus_pb.js';
import { writeBundle } from '../../services/sdk/bundle.ts';
import { putAside } from '../../services/sdk/dead-letters.ts';
import { awsAccess } from '../../src/lib/aws/clients.ts';
import { secrets } from '../../src/lib/aws/secrets.ts';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { connectNats } from '../../src/lib/nats/connect.ts';
import { connectOperator } from '../../src/lib/nats/operator.ts';
import { inboxPrefix } from '../../src/lib/nats/permissions.ts';
import { REPOSITORY } from '../support/definition.ts';
import { type Platform, platform } from '../support/platform.ts';

let at: Platform;
let folder: string;
let bus: NatsConnection;
let operator: NatsConnection;

beforeAll(async () => {
  at = platform();
  const { code, stderr } = await at.gsys('local', 'up');
  expect(code, stderr).toBe(0);
  folder = mkdtempSync(path.join(tmpdir(), 'dlq-'));
  const fleet = await loadFleet({ from: REPOSITORY, home: at.home, slot: String(at.slot) });
  operator = await connectOperator(fleet.environment, AbortSignal.timeout(60_000));
  const { streams } = await operator.jetstreamManager();
  for (const [name, subject] of [
    ['GAME_EVENTS', 'evt.quest.>'],
    ['DLQ', 'dlq.>'],
  ] as const)
    await streams.add({ name, subjects: [subject], num_replicas: 3 });
  // As event-bus: its secret is what its tasks get.
  const secret = fleet.services.find(({ name }) => name === 'event-bus')?.tlsSecret ?? '';
  const access = awsAccess(fleet.environment, AbortSignal.timeout(60_000));
  const { caFile, certFile, keyFile } = writeBundle((await secrets(access).value(secret)) ?? '', [folder]);
  bus = await connectNats({
    to: fleet.environment.nats.nodes.map(({ host, clientPort }) => `${host}:${clientPort}`),
    identity: { cert: certFile, key: keyFile },
    ca: caFile,
    inboxPrefix: inboxPrefix('event-bus'),
    name: 'event-bus',
    timeout: 5_000,
  });
});
afterAll(async () => {
  await Promise.all([bus?.close(), operator?.close()]);
  await at?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const put = (id: string, subject = 'evt.quest.lost.v1') => {
  const event = create(GameEventSchema, { eventId: id, eventType: 'quest.lost', payload: { who: id } });
  return putAside(bus, { subject, data: toBinary(GameEventSchema, event), reason: 'nobody took it', id });
};
const total = async () => (await at.json<{ total: number }>('dlq', 'list')).total;

it('are none at first, which is no failure', async () => {
  const { code, stdout } = await at.gsys('dlq', 'list');
  expect([code, stdout]).toEqual([0, 'there are no dead letters']);
  expect((await at.gsys('dlq', 'replay', '--subject', '>', '--yes')).stdout).toContain(
    'no such dead letters',
  );
});

it('are listed and shown, with what is in them', async () => {
  await put('e1');
  await put('e2');
  await put('e3', 'evt.nowhere.lost.v1');
  const list = await at.gsys('dlq', 'list', '--subject', 'evt.quest.>');
  expect(list.stdout).toMatch(/^LETTER[\s\S]+evt\.quest\.lost\.v1 .*nobody took it/);
  expect(await total()).toBe(3);
  const { letter } = await at.json<{ letter: object }>('dlq', 'show', '2');
  expect(letter).toMatchObject({ sequence: 2, event: { eventId: 'e2', payload: { who: 'e2' } } });
  expect((await at.gsys('dlq', 'show', '2')).stdout).toContain('"who": "e2"');
});

it('are replayed only when somebody says so', async () => {
  expect((await at.gsys('dlq', 'replay', '1')).code).toBe(2);
  expect((await at.gsys('dlq', 'replay')).code).toBe(2);
  const dry = await at.gsys('dlq', 'replay', '1', '--dry-run');
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('would be replayed: 1')]);
  expect(await total()).toBe(3);
});

it('go back to their stream, and leave the dead', async () => {
  const replayed = await at.json<{ outcome: string; letters: object[] }>('dlq', 'replay', '1', '2', '--yes');
  expect(replayed).toMatchObject({
    outcome: 'replayed',
    letters: [
      { sequence: 1, replayedTo: 'GAME_EVENTS:1' },
      { sequence: 2, replayedTo: 'GAME_EVENTS:2' },
    ],
  });
  const { streams } = await operator.jetstreamManager();
  expect((await streams.info('GAME_EVENTS')).state.messages).toBe(2);
  expect(await total()).toBe(1);
});

it('that nobody would take stay, and that ends with 1', async () => {
  const { code, stdout } = await at.gsys('dlq', 'replay', '--subject', '>', '--yes', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'incomplete',
    letters: [{ failure: 'no stream holds evt.nowhere.lost.v1' }],
  });
  expect(await total()).toBe(1);
  expect((await at.gsys('dlq', 'replay', '999', '--yes')).stderr).toContain('no such letter');
});
