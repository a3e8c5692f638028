import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  EntityStateSchema,
  GameStateUpdateAckSchema,
  GameStateUpdateSchema,
  GetStateRequestSchema,
  GetStateResponseSchema,
  Operation,
  PlayerStateSchema,
} from '../../../services/gen/state_manager_pb.js';
import { stateManagerParts } from '../../../services/state-manager/parts.ts';
import { until } from '../../support/until.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab(['state-manager']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'STATES', subjects: ['evt.state.>'], num_replicas: 3 });
  await Promise.all([
    lab.start('state-manager', stateManagerParts),
    lab.start('state-manager', stateManagerParts),
  ]);
});
afterAll(() => lab?.stop());

const send = (init: MessageInitShape<typeof GameStateUpdateSchema>) =>
  lab.ask('svc.state.manager.v1.update', GameStateUpdateSchema, GameStateUpdateAckSchema, init);
const entity = (entityId: string, state?: Record<string, number>) => ({
  case: 'entity' as const,
  value: create(EntityStateSchema, { entityId, ...(state && { state }) }),
});
const upsert = (id: string, state: Record<string, number>, expectedVersion?: bigint, idempotencyKey = '') =>
  send({
    target: entity(id, state),
    op: Operation.UPSERT,
    meta: { idempotencyKey },
    ...(expectedVersion !== undefined && { expectedVersion }),
  });
const remove = (id: string, expectedVersion?: bigint) =>
  send({
    target: entity(id),
    op: Operation.DELETE,
    ...(expectedVersion !== undefined && { expectedVersion }),
  });
const get = (entityId: string) =>
  lab.ask('svc.state.manager.v1.get', GetStateRequestSchema, GetStateResponseSchema, {
    target: { case: 'entityId', value: entityId },
  });

describe('state-manager', () => {
  it('reads at once what was written, through either task', async () => {
    for (let hp = 1; hp <= 20; hp++) {
      expect((await upsert('reader', { hp })).newVersion).toBe(BigInt(hp));
      expect(await get('reader')).toMatchObject({ state: { hp }, version: BigInt(hp) });
    }
  });

  it('takes one of many writers who expect the same version, and tells the others CONFLICT', async () => {
    await upsert('crowd', { hp: 0 });
    for (let version = 1n; version <= 10n; version++) {
      const acks = await Promise.all([1, 2, 3, 4].map((hp) => upsert('crowd', { hp }, version)));
      expect(acks.filter(({ ok }) => ok)).toHaveLength(1);
      const codes = acks.flatMap(({ error }) => (error ? [error.code] : []));
      expect(codes).toEqual([Error_Code.CONFLICT, Error_Code.CONFLICT, Error_Code.CONFLICT]);
    }
  });

  it('creates only, where version 0 is expected', async () => {
    const acks = await Promise.all([1, 2, 3].map((hp) => upsert('new', { hp }, 0n)));
    expect(acks.filter(({ ok }) => ok)).toHaveLength(1);
    const { error } = await upsert('new', { hp: 9 }, 0n);
    expect(error).toMatchObject({ code: Error_Code.CONFLICT, details: { version: '1' } });
  });

  it('finds an empty state, and does not find none', async () => {
    await upsert('empty', {});
    const found = await get('empty');
    expect(found.error).toBeUndefined();
    expect(found.state).toEqual({});
    expect((await get('nobody')).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('deletes, goes on counting, and lets nobody take the old one for the new one', async () => {
    await upsert('mortal', { hp: 1 });
    expect((await remove('mortal', 2n)).error?.code).toBe(Error_Code.CONFLICT);
    expect(await remove('mortal', 1n)).toMatchObject({ ok: true, newVersion: 2n });
    expect((await get('mortal')).error?.code).toBe(Error_Code.NOT_FOUND);
    expect((await remove('mortal')).error?.code).toBe(Error_Code.NOT_FOUND);
    expect((await upsert('mortal', { hp: 2 }, 2n)).error?.code).toBe(Error_Code.CONFLICT);
    expect((await upsert('mortal', { hp: 2 }, 0n)).newVersion).toBe(3n);
  });

  it('answers a retry with what the first one did', async () => {
    expect((await upsert('retried', { hp: 1 }, 0n, 'key-1')).newVersion).toBe(1n);
    expect(await upsert('retried', { hp: 1 }, 0n, 'key-1')).toMatchObject({ ok: true, newVersion: 1n });
    expect((await get('retried')).version).toBe(1n);
  });

  it('writes once for a key, and a retry leaves alone what came after it', async () => {
    const write = () => upsert('overtaken', { hp: 1 }, undefined, 'key-3');
    const acks = await Promise.all(Array.from({ length: 6 }, write));
    for (const { newVersion } of acks) expect(newVersion).toBe(1n);
    await upsert('overtaken', { hp: 2 });
    expect((await write()).newVersion).toBe(1n);
    expect(await get('overtaken')).toMatchObject({ state: { hp: 2 }, version: 2n });
    const other = await upsert('overtaken', { hp: 3 }, undefined, 'key-3');
    expect(other.error?.code).toBe(Error_Code.CONFLICT);
  });

  it('keeps a player and an entity of one id apart', async () => {
    await upsert('twin', { hp: 1 });
    const target = {
      case: 'player' as const,
      value: create(PlayerStateSchema, { playerId: 'twin', state: { hp: 2 } }),
    };
    expect((await send({ target, op: Operation.UPSERT })).newVersion).toBe(1n);
    expect((await get('twin')).state).toEqual({ hp: 1 });
  });

  it('lets a player write its own state, and entities that bear its name, and nothing else', async () => {
    const write = async (target: MessageInitShape<typeof GameStateUpdateSchema>['target']) =>
      (await send({ op: Operation.UPSERT, meta: { userId: 'ann' }, ...(target && { target }) })).error?.code;
    const player = (playerId: string) =>
      write({ case: 'player', value: create(PlayerStateSchema, { playerId, state: { hp: 1 } }) });
    const { PERMISSION_DENIED } = Error_Code;
    expect([await player('ann'), await player('ben')]).toEqual([undefined, PERMISSION_DENIED]);
    const ids = [
      'quest.ann.q-1',
      'quest.ben.q-1',
      'ann',
      'quest.ann',
      'ann.quest',
      'boss.annabel.hp',
      'Q.ann.x',
    ];
    expect(await Promise.all(ids.map((id) => write(entity(id, { hp: 1 }))))).toEqual([
      undefined,
      ...ids.slice(1).map(() => PERMISSION_DENIED),
    ]);
  });

  it('stores one event for each version, also when the request came twice', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const count = async () => (await streams.info('STATES')).state.messages;
    const before = await count();
    await upsert('told', { hp: 1 }, undefined, 'key-2');
    await upsert('told', { hp: 1 }, undefined, 'key-2');
    await remove('told');
    expect(await count()).toBe(before + 2);
    const last = await streams.getMessage('STATES', { last_by_subj: 'evt.state.entity.updated.v1' });
    expect(last.header.get('Nats-Msg-Id')).toBe('state.entity.told.2');
  });

  it('serves without the stream too, and its log says what is lost', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    await streams.delete('STATES');
    const task = await lab.start('state-manager', stateManagerParts);
    await until('the log to say so', () =>
      task.lines.some(({ msg }) => msg === 'no stream holds these events: gsys streams apply'),
    );
    expect((await upsert('silent', { hp: 1 })).ok).toBe(true);
    await streams.add({ name: 'STATES', subjects: ['evt.state.>'], num_replicas: 3 });
  });

  it.each<[string, MessageInitShape<typeof GameStateUpdateSchema>]>([
    ['no operation', { target: entity('x') }],
    ['no target', { op: Operation.UPSERT }],
    ['a number that JSON has not', { target: entity('x', { hp: Number.NaN }), op: Operation.UPSERT }],
    ['no id', { target: entity(''), op: Operation.UPSERT }],
    ['an id beyond all measure', { target: entity('x'.repeat(129)), op: Operation.UPSERT }],
  ])('refuses %s as INVALID_ARGUMENT', async (_, init) => {
    expect((await send(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('whatever comes, state-manager', () => itWithstandsNonsense('state-manager', () => lab));
