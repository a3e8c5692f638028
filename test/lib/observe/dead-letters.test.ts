import { create, toBinary } from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import { putAside } from '../../../services/sdk/dead-letters.ts';
import { loadContracts } from '../../../src/lib/fleet/contracts.ts';
import type { Fleet } from '../../../src/lib/fleet/fleet.ts';
import { contentOf } from '../../../src/lib/observe/dead-letters/content.ts';
import { type DeadLetters, deadLetters } from '../../../src/lib/observe/dead-letters/dead-letters.ts';
import { type Lab, startLab } from '../../services/helpers/lab.ts';
import { until } from '../../support/until.ts';

const NATS = {
  streams: [
    { name: 'GAME_EVENTS', subjects: ['evt.quest.>'] },
    { name: 'DLQ', subjects: ['dlq.>'] },
  ],
} as Fleet['nats'];

let lab: Lab;
let bus: NatsConnection;
let letters: DeadLetters;

beforeAll(async () => {
  lab = await startLab(['event-bus']);
  bus = await lab.as('event-bus');
  letters = deadLetters(lab.operator, { nats: NATS });
});
beforeEach(async () => {
  const { streams } = await lab.operator.jetstreamManager();
  for (const { name, subjects } of NATS.streams) {
    await streams.delete(name).catch(() => undefined);
    await until(`a new ${name}`, () => streams.add({ name, subjects, num_replicas: 3 }).catch(() => false));
  }
});
afterAll(() => lab.stop());

const put = (id: string, subject = 'evt.quest.lost.v1', data: Uint8Array = Buffer.from(id)) =>
  putAside(bus, { subject, data, id, reason: `no luck\nwith ${id}`, about: { 'Gsys-Subscription': 's1' } });

describe('dead letters', () => {
  it('are listed with subject, reason and size, the newest of those that fit', async () => {
    for (const id of ['a', 'bb', 'ccc']) await put(id);
    await put('other', 'evt.npc.lost.v1');
    const { total, letters: found } = await letters.list('evt.quest.>', 2);
    expect([total, found.map(({ sequence }) => sequence)]).toEqual([3, [2, 3]]);
    expect(found[1]).toMatchObject({
      ...{ subject: 'evt.quest.lost.v1', reason: 'no luck with ccc', bytes: 3, subscription: 's1' },
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect((await letters.list('>', 100)).total).toBe(4);
    expect(await letters.list('evt.nothing.>', 100)).toEqual({ total: 0, letters: [] });
  });

  it('are listed whole when they are many', async () => {
    await Promise.all(Array.from({ length: 1_200 }, (_, i) => put(`letter ${i}`)));
    const { total, letters: found } = await letters.list('>', 2_000);
    expect([total, new Set(found.map(({ reason }) => reason)).size]).toEqual([1_200, 1_200]);
  });

  it('with one id are one', async () => {
    await put('a');
    await put('a');
    expect((await letters.list('>', 10)).total).toBe(1);
  });

  it('are read with what is in them, an event as its contract says', async () => {
    const event = create(GameEventSchema, { eventId: 'e1', eventType: 'quest.lost', payload: { a: 1 } });
    await put('a', 'evt.quest.lost.v1', toBinary(GameEventSchema, event));
    await put('b');
    const contracts = loadContracts('proto/descriptors.binpb');
    const [first, second] = await Promise.all([letters.read(1), letters.read(2)]);
    expect(contentOf(first.data, contracts).event).toMatchObject({ eventId: 'e1', payload: { a: 1 } });
    expect(contentOf(second.data, contracts)).toEqual({ data: Buffer.from('b').toString('base64') });
  });

  it('go back to the stream that they were meant for, once, and to one subscription alone', async () => {
    await put('a');
    const letter = await letters.read(1);
    expect(await letters.publish(letter)).toBe('GAME_EVENTS:1');
    expect(await letters.publish(letter)).toBe('GAME_EVENTS:1');
    const { streams } = await lab.operator.jetstreamManager();
    const { data, header } = await streams.getMessage('GAME_EVENTS', { seq: 1 });
    expect([Buffer.from(data).toString(), header.get('Gsys-Replay-For')]).toEqual(['a', 's1']);
  });

  it('for which there is no stream stay where they are', async () => {
    await put('a', 'evt.npc.lost.v1');
    await expect(letters.publish(await letters.read(1))).rejects.toMatchObject({
      code: 'REPLAY_FAILED',
      message: 'no stream holds evt.npc.lost.v1',
    });
  });

  it('are removed, also twice', async () => {
    await put('a');
    await letters.remove(1);
    await letters.remove(1);
    await expect(letters.read(1)).rejects.toMatchObject({ code: 'NO_SUCH_LETTER' });
  });

  it('too large for their headers come without their content, and say so', async () => {
    await put('a', 'evt.quest.lost.v1', Buffer.alloc(1024 * 1024 - 10));
    expect(await letters.read(1)).toMatchObject({ bytes: 0, leftOut: true });
  });

  it('without a stream lead to the command that makes it', async () => {
    await (await lab.operator.jetstreamManager()).streams.delete('DLQ');
    await expect(letters.list('>', 1)).rejects.toMatchObject({ next: 'gsys streams apply' });
  });
});
