import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentalNarrativeParts } from '../../../services/environmental-narrative/parts.ts';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  GenerateRequestSchema,
  GenerateResponseSchema,
  SceneType,
  UpdateContextRequestSchema,
  UpdateContextResponseSchema,
} from '../../../services/gen/environmental_narrative_pb.js';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('environmental-narrative', environmentalNarrativeParts);
beforeAll(async () => {
  lab = await startLab(['environmental-narrative']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'NARRATIVE', subjects: ['evt.narrative.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const generate = (locationId: string, init: MessageInitShape<typeof GenerateRequestSchema> = {}) =>
  lab.ask('svc.narrative.v1.generate', GenerateRequestSchema, GenerateResponseSchema, {
    ...{ locationId, sceneType: SceneType.MARKET },
    ...init,
  });
const update = (
  locationId: string,
  contextUpdates: JsonObject = {},
  activeEvents: string[] = [],
  idempotencyKey = '',
) =>
  lab.ask('svc.narrative.v1.update_context', UpdateContextRequestSchema, UpdateContextResponseSchema, {
    ...{ locationId, contextUpdates, activeEvents, meta: { idempotencyKey } },
  });

describe('environmental-narrative', () => {
  it('describes a place in the same words, whichever task it is', async () => {
    const request = { context: { weather: 'fog', danger: 0.4 }, tags: ['idol'], seed: 5n };
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => generate('same', request)));
    expect(first?.elements.map(({ elementId }) => elementId)).toEqual([
      ...['same/place', 'same/air', 'same/weather', 'same/danger', 'same/tag.idol'],
    ]);
    for (const other of others) expect(other).toEqual(first);
    expect(first?.atmosphere).toBe('uneasy, in the fog');
  });

  it('knows at once, in every task, what was said of a place through any', async () => {
    for (let i = 0; i < 10; i++) {
      const weather = i % 2 === 0 ? 'rain' : 'snow';
      await update('reader', { weather });
      expect((await generate('reader')).atmosphere).toBe(`calm, in the ${weather}`);
    }
  });

  it('names the elements that an update has changed, and no others', async () => {
    expect((await update('changing', { weather: 'rain', crowd: 0.5 }, ['fire'])).affectedElements).toEqual([
      ...['changing/weather', 'changing/crowd', 'changing/event.fire'],
    ]);
    const before = await generate('changing');
    const { affectedElements } = await update('changing', { weather: null, crowd: 0.9 }, ['fire']);
    expect(affectedElements).toEqual(['changing/weather', 'changing/crowd']);
    const after = await generate('changing');
    const kept = before.elements.filter(({ elementId }) => !affectedElements.includes(elementId));
    expect(after.elements).toEqual(expect.arrayContaining(kept));
    expect(after.elements.map(({ elementId }) => elementId)).not.toContain('changing/weather');
    const again = await update('changing', { crowd: 0.9 }, ['fire']);
    expect([again.success, again.affectedElements]).toEqual([true, []]);
  });

  it('takes a request’s own context for that answer alone', async () => {
    await update('mine', { weather: 'rain' });
    expect((await generate('mine', { context: { weather: 'storm' } })).atmosphere).toBe('calm, in a storm');
    expect((await generate('mine')).atmosphere).toBe('calm, in the rain');
  });

  it('keeps what is known when both tasks restart', async () => {
    await update('lasting', { time_of_day: 'night' }, ['riot']);
    const before = await generate('lasting');
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect((await generate('lasting')).elements).toEqual(before.elements);
  });

  it('loses no update of many at the same time', async () => {
    const updates = [{ weather: 'fog' }, { time_of_day: 'dawn' }, { crowd: 0.9 }, { danger: 0.9 }];
    const replies = await Promise.all(updates.map((one) => update('crowded', one)));
    expect(replies.map(({ success }) => success)).toEqual([true, true, true, true]);
    expect((await generate('crowded')).atmosphere).toBe('menacing, pale, crowded, in the fog');
  });

  it('is updated once by a key, and a retry leaves alone what came after it', async () => {
    const rain = () => update('once', { weather: 'rain' }, [], 'key');
    const replies = await Promise.all(Array.from({ length: 6 }, rain));
    for (const { affectedElements } of replies) expect(affectedElements).toEqual(['once/weather']);
    await update('once', { weather: 'snow' });
    expect((await rain()).affectedElements).toEqual(['once/weather']);
    expect((await generate('once')).atmosphere).toBe('calm, in the snow');
    expect((await update('once', { crowd: 1 }, [], 'key')).error?.code).toBe(Error_Code.CONFLICT);
  });

  it('tells of a scene once, however often it is asked for', async () => {
    const told = await eventsDuring(lab, 'NARRATIVE', async () => {
      await generate('told');
      await generate('told');
      await generate('told', { tags: ['idol'] });
    });
    expect(told.map(({ payload }) => payload)).toEqual([
      { location_id: 'told', scene_type: 'MARKET', elements: ['told/place', 'told/air'] },
      { location_id: 'told', scene_type: 'MARKET', elements: ['told/place', 'told/air', 'told/tag.idol'] },
    ]);
  });

  it.each<[string, string, MessageInitShape<typeof GenerateRequestSchema>, string]>([
    ['no place', '', {}, 'location_id'],
    ['too long a place', 'x'.repeat(129), {}, 'location_id'],
    ['no kind', 'x', { sceneType: SceneType.UNSPECIFIED }, 'scene_type'],
    ['a kind that there is not', 'x', { sceneType: 99 as SceneType }, 'scene_type'],
    ['a weather that there is not', 'x', { context: { weather: 'hail' } }, 'context.weather'],
    ['a crowd of more than all', 'x', { context: { crowd: 1.1 } }, 'context.crowd'],
    ['a danger that is no number', 'x', { context: { danger: Number.NaN } }, 'context.danger'],
    ['a word for a danger', 'x', { context: { danger: 'high' } }, 'context.danger'],
    ['a context that there is not', 'x', { context: { toString: 1 } }, 'context has'],
    ['a tag in capitals', 'x', { tags: ['Idol'] }, 'tags'],
    ['eleven tags', 'x', { tags: Array.from({ length: 11 }, (_, i) => `tag${i}`) }, 'tags'],
  ])('refuses %s', async (_, place, init, field) => {
    const { error } = await generate(place, init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toContain(field);
  });

  it.each<[string, string, JsonObject, string[], string]>([
    ['no place', '', {}, [], 'location_id'],
    ['of a time that there is not', 'x', { time_of_day: 'noon' }, [], 'context_updates.time_of_day'],
    ['with an event of two words', 'x', {}, ['two words'], 'active_events'],
  ])('refuses an update %s', async (_, place, updates, active, field) => {
    const { error } = await update(place, updates, active);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toContain(field);
  });
});

describe('whatever comes, environmental-narrative', () =>
  itWithstandsNonsense('environmental-narrative', () => lab));
