import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  GetModelRequestSchema,
  GetModelResponseSchema,
  ListModelsRequestSchema,
  ListModelsResponseSchema,
  Modality,
  type ModelInfoSchema,
  RegisterModelRequestSchema,
  RegisterModelResponseSchema,
  SelectModelRequestSchema,
  SelectModelResponseSchema,
  UnregisterModelRequestSchema,
  UnregisterModelResponseSchema,
} from '../../../services/gen/model_mgmt_pb.js';
import { modelManagementParts } from '../../../services/model-management/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('model-management', modelManagementParts);
beforeAll(async () => {
  lab = await startLab(['model-management']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'AI', subjects: ['evt.ai.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const list = (init: MessageInitShape<typeof ListModelsRequestSchema> = {}) =>
  lab.ask('svc.ai.model.v1.list', ListModelsRequestSchema, ListModelsResponseSchema, init);
const get = (modelId: string) =>
  lab.ask('svc.ai.model.v1.get', GetModelRequestSchema, GetModelResponseSchema, { modelId });
const select = (modelId: string, meta = {}) =>
  lab.ask('svc.ai.model.v1.select', SelectModelRequestSchema, SelectModelResponseSchema, { modelId, meta });
const register = (modelId: string, changes: MessageInitShape<typeof ModelInfoSchema> = {}, meta = {}) =>
  lab.ask('svc.ai.model.v1.register', RegisterModelRequestSchema, RegisterModelResponseSchema, {
    meta,
    model: {
      ...{ modelId, name: modelId, provider: 'acme', family: 'large', modality: Modality.TEXT },
      ...changes,
    },
  });
const unregister = (modelId: string, meta = {}) =>
  lab.ask('svc.ai.model.v1.unregister', UnregisterModelRequestSchema, UnregisterModelResponseSchema, {
    ...{ modelId, meta },
  });
const idsOf = ({ models }: { models: { modelId: string }[] }) => models.map(({ modelId }) => modelId);

describe('model-management', () => {
  it('has a built-in model, which is the default and says what it is', async () => {
    const { model } = await get('gsys-echo-1');
    expect(model).toMatchObject({ provider: 'gsys', modality: Modality.TEXT, isDefault: true });
    expect(model?.metadata.kind).toContain('no neural network');
    expect((await get('gsys-echo-2')).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('reads at once, from either task, what was registered through any', async () => {
    for (let i = 0; i < 10; i++) {
      const { model } = await register('acme/fresh:1', { name: `round ${i}` });
      expect(model).toMatchObject({ name: `round ${i}`, isDefault: false });
      expect((await get('acme/fresh:1')).model?.name).toBe(`round ${i}`);
    }
    expect(await unregister('acme/fresh:1')).toMatchObject({ success: true });
    const again = await unregister('acme/fresh:1');
    expect([again.success, again.error]).toEqual([false, undefined]);
  });

  it('keeps the time of the first registration when a model is registered again', async () => {
    const first = (await register('acme/again')).model;
    const second = (await register('acme/again', { family: 'small' })).model;
    expect(second?.createdAt).toEqual(first?.createdAt);
    expect(second).toMatchObject({ family: 'small' });
    const [before, after] = [first?.updatedAt, second?.updatedAt].map((time) =>
      time ? timestampMs(time) : 0,
    );
    expect(after).toBeGreaterThanOrEqual(before ?? 0);
    await unregister('acme/again');
  });

  it('lists by modality and by provider, the built-in ones first', async () => {
    await register('b-text', { provider: 'beta' });
    await register('a-image', { modality: Modality.IMAGE });
    expect(idsOf(await list())).toEqual(['gsys-echo-1', 'a-image', 'b-text']);
    expect(idsOf(await list({ modalityFilter: Modality.TEXT }))).toEqual(['gsys-echo-1', 'b-text']);
    expect(idsOf(await list({ providerFilter: 'acme' }))).toEqual(['a-image']);
    expect(idsOf(await list({ modalityFilter: Modality.TEXT, providerFilter: 'acme' }))).toEqual([]);
    await Promise.all([unregister('b-text'), unregister('a-image')]);
  });

  it('makes the selected model the default of its modality alone, and tells of it once', async () => {
    await register('chosen');
    await register('picture', { modality: Modality.IMAGE });
    const told = await eventsDuring(lab, 'AI', async () => {
      expect(await select('chosen')).toMatchObject({ ok: true });
      expect(await select('chosen')).toMatchObject({ ok: true });
    });
    expect(told.map(({ payload }) => payload)).toEqual([
      { model_id: 'chosen', modality: 'TEXT', previous_model_id: 'gsys-echo-1' },
    ]);
    const defaults = (await list()).models.filter(({ isDefault }) => isDefault);
    expect(idsOf({ models: defaults })).toEqual(['chosen']);
    expect((await select('nobody')).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('does once what a key asks for, and a retry leaves alone what came after it', async () => {
    const key = (idempotencyKey: string) => ({ idempotencyKey });
    const made = await Promise.all(Array.from({ length: 6 }, () => register('once', {}, key('r'))));
    for (const { model } of made) expect(model).toEqual(made[0]?.model);
    const told = await eventsDuring(lab, 'AI', async () => {
      await select('once', key('s'));
      await select('gsys-echo-1');
      expect((await select('once', key('s'))).ok).toBe(true);
    });
    expect(told.map(({ payload }) => payload?.model_id)).toEqual(['once', 'gsys-echo-1']);
    expect((await get('once')).model?.isDefault).toBe(false);
    await register('once', { family: 'small' });
    expect((await register('once', {}, key('r'))).model).toEqual(made[0]?.model);
    expect((await get('once')).model?.family).toBe('small');
    expect((await register('twice', {}, key('r'))).error?.code).toBe(Error_Code.CONFLICT);
    expect((await unregister('once', key('u'))).success).toBe(true);
    await register('once');
    expect((await unregister('once', key('u'))).success).toBe(true);
    expect((await get('once')).model?.modelId).toBe('once');
    await unregister('once');
    await select('chosen');
  });

  it('tells the default of a modality to whoever does not know its id', async () => {
    const ask = (init: MessageInitShape<typeof GetModelRequestSchema>) =>
      lab.ask('svc.ai.model.v1.get', GetModelRequestSchema, GetModelResponseSchema, init);
    expect((await ask({ defaultOf: Modality.TEXT })).model?.modelId).toBe('chosen');
    expect((await ask({ defaultOf: Modality.AUDIO })).error?.code).toBe(Error_Code.NOT_FOUND);
    for (const init of [{ defaultOf: Modality.UNSPECIFIED }, { defaultOf: Modality.TEXT, modelId: 'chosen' }])
      expect((await ask(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('keeps registry and selection when both tasks restart', async () => {
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect((await get('chosen')).model?.isDefault).toBe(true);
    expect((await get('gsys-echo-1')).model?.isDefault).toBe(false);
  });

  it('goes back to the built-in model when the selected one is no more, or makes something else', async () => {
    await register('chosen', { modality: Modality.AUDIO });
    expect((await get('gsys-echo-1')).model?.isDefault).toBe(true);
    expect((await get('chosen')).model?.isDefault).toBe(false);
    await select('chosen');
    expect((await get('chosen')).model?.isDefault).toBe(true);
    await unregister('chosen');
    await register('chosen', { modality: Modality.AUDIO });
    expect((await get('chosen')).model?.isDefault).toBe(false);
  });

  it('loses no registration of many at the same time', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `many-${i}`);
    const replies = await Promise.all(ids.map((id) => register(id)));
    const taken = ids.filter((_, i) => replies[i]?.error === undefined);
    for (const { error } of replies) expect([undefined, Error_Code.ABORTED]).toContain(error?.code);
    expect(taken.length).toBeGreaterThan(0);
    expect(idsOf(await list())).toEqual(expect.arrayContaining(taken));
  });

  it('lets no player choose for all', async () => {
    const { error } = await select('gsys-echo-1', { userId: 'ann' });
    expect(error?.code).toBe(Error_Code.PERMISSION_DENIED);
  });

  it('leaves the built-in model as it is', async () => {
    expect((await register('gsys-echo-1')).error?.code).toBe(Error_Code.FAILED_PRECONDITION);
    expect((await unregister('gsys-echo-1')).error?.code).toBe(Error_Code.FAILED_PRECONDITION);
  });

  it.each<[string, string, MessageInitShape<typeof ModelInfoSchema>]>([
    ['no id', '', {}],
    ['an id with a space', 'a b', {}],
    ['no name', 'x', { name: '' }],
    ['a provider in capitals', 'x', { provider: 'ACME' }],
    ['no family', 'x', { family: '' }],
    ['no modality', 'x', { modality: Modality.UNSPECIFIED }],
    ['a modality that there is not', 'x', { modality: 99 as Modality }],
    ['too much metadata', 'x', { metadata: { note: 'x'.repeat(257) } }],
  ])('refuses a model with %s as INVALID_ARGUMENT', async (_, id, changes) => {
    expect((await register(id, changes)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('refuses a filter by no modality: an absent filter asks for all', async () => {
    const { error } = await list({ modalityFilter: Modality.UNSPECIFIED });
    expect(error).toMatchObject({ code: Error_Code.INVALID_ARGUMENT });
    expect(error?.message).toContain('modality_filter');
  });
});

describe('whatever comes, model-management', () => itWithstandsNonsense('model-management', () => lab));
