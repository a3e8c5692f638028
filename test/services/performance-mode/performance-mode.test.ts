import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GameEventSchema } from '../../../services/gen/event_bus_pb.js';
import {
  AdjustModeRequestSchema,
  AdjustModeResponseSchema,
  BudgetType,
  FrameReportSchema,
  GetMetricsRequestSchema,
  GetMetricsResponseSchema,
  Mode,
  SetBudgetRequestSchema,
  SetBudgetResponseSchema,
} from '../../../services/gen/performance_mode_pb.js';
import { performanceModeParts } from '../../../services/performance-mode/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('performance-mode', performanceModeParts);
beforeAll(async () => {
  lab = await startLab(['performance-mode']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'SYSTEM_EVENTS', subjects: ['evt.perf.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const adjust = (init: MessageInitShape<typeof AdjustModeRequestSchema>) =>
  lab.ask('svc.perf.v1.adjust_mode', AdjustModeRequestSchema, AdjustModeResponseSchema, init);
const metrics = (init: MessageInitShape<typeof GetMetricsRequestSchema>) =>
  lab.ask('svc.perf.v1.get_metrics', GetMetricsRequestSchema, GetMetricsResponseSchema, init);
const budget = (init: MessageInitShape<typeof SetBudgetRequestSchema>) =>
  lab.ask('svc.perf.v1.set_budget', SetBudgetRequestSchema, SetBudgetResponseSchema, init);
const report = (reportId: string, change: MessageInitShape<typeof FrameReportSchema> = {}) =>
  create(FrameReportSchema, { reportId, frames: 600, seconds: 10, slowestFrameMs: 20, ...change });
const FRAME = { budgetType: BudgetType.FRAME_TIME_MS, strictEnforcement: true };

describe('modes', () => {
  it('have settings of their own, and a player’s own on top of them', async () => {
    const balanced = await adjust({ playerId: 'a', mode: Mode.BALANCED });
    const quality = await adjust({ playerId: 'a', mode: Mode.QUALITY });
    expect(quality.appliedSettings).not.toEqual(balanced.appliedSettings);
    const customSettings = { target_fps: 30, resolution_scale: 0.5 };
    const custom = await adjust({ playerId: 'a', mode: Mode.CUSTOM, customSettings });
    expect(custom.appliedSettings).toEqual({ ...quality.appliedSettings, ...customSettings });
  });

  it('are told as an event when they change, and not when they stay', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const count = async () => (await streams.info('SYSTEM_EVENTS')).state.messages;
    const before = await count();
    await adjust({ playerId: 'told', mode: Mode.QUALITY });
    await adjust({ playerId: 'told', mode: Mode.QUALITY });
    expect(await count()).toBe(before + 1);
    const stored = await streams.getMessage('SYSTEM_EVENTS', { last_by_subj: 'evt.perf.mode.changed.v1' });
    expect(fromBinary(GameEventSchema, stored.data).payload).toMatchObject({
      player_id: 'told',
      mode: 'quality',
      settings: { texture_quality: 'high' },
    });
  });

  it('lose no setting of many that are changed at the same time', async () => {
    const changes = [{ target_fps: 90 }, { resolution_scale: 0.6 }, { view_distance: 700 }];
    await Promise.all(
      changes.map((customSettings) => adjust({ playerId: 'crowd', mode: Mode.CUSTOM, customSettings })),
    );
    const customSettings = { effects_quality: 'high' };
    const { appliedSettings } = await adjust({ playerId: 'crowd', mode: Mode.CUSTOM, customSettings });
    expect(appliedSettings).toMatchObject(Object.assign({}, customSettings, ...changes));
  });
});

it('does once what a key asks for, and a retry leaves alone what came after it', async () => {
  const request = { playerId: 'once', mode: Mode.QUALITY, meta: { idempotencyKey: 'k-1' } };
  const replies = await Promise.all(Array.from({ length: 6 }, () => adjust(request)));
  for (const { appliedSettings } of replies) expect(appliedSettings?.texture_quality).toBe('high');
  await adjust({ playerId: 'once', mode: Mode.PERFORMANCE });
  expect((await adjust(request)).appliedSettings).toEqual(replies[0]?.appliedSettings);
  const more = { playerId: 'once', mode: Mode.CUSTOM, customSettings: { target_fps: 30 } };
  expect((await adjust(more)).appliedSettings).toMatchObject({ target_fps: 30, texture_quality: 'low' });
  expect((await adjust({ ...request, mode: Mode.BALANCED })).error?.code).toBe(Error_Code.CONFLICT);

  const tight = { ...FRAME, budgetValue: 8.4, meta: { idempotencyKey: 'k-2' } };
  const { appliedBudget } = await budget(tight);
  await budget(FRAME);
  expect((await budget(tight)).appliedBudget).toEqual(appliedBudget);
  const free = await adjust({ playerId: 'untouched', mode: Mode.QUALITY });
  expect(free.appliedSettings?.target_fps).toBe(60);
});

describe('metrics', () => {
  it('are not found where nobody has reported any', async () => {
    const { metrics: none, error } = await metrics({ playerId: 'nobody', durationSeconds: 30 });
    expect(none).toBeUndefined();
    expect(error).toMatchObject({
      code: Error_Code.NOT_FOUND,
      message: 'No frames of this player were reported in the last 30 s.',
    });
  });

  it('are what the game has reported, through either task, each report once', async () => {
    const first = report('r-1', { busyFrameMs: 0, memoryMb: 2_000 });
    for (let i = 0; i < 6; i++) await metrics({ playerId: 'm', reports: [first] });
    await metrics({ playerId: 'm', reports: [report('r-2', { frames: 300, droppedFrames: 3 })] });
    expect((await metrics({ playerId: 'm' })).metrics).toMatchObject({
      ...{ averageFps: 45, slowestFrameMs: 20, droppedFrames: 3, busyFrameMs: 0, memoryMb: 2_000 },
      ...{ reports: 2, measuredSeconds: 20 },
    });
  });

  it('lose no report of many that come at the same time', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(ids.map((id) => metrics({ playerId: 'many', reports: [report(id)] })));
    expect((await metrics({ playerId: 'many' })).metrics?.reports).toBe(ids.length);
  });

  it('recommend what suits them', async () => {
    await adjust({ playerId: 'rec', mode: Mode.QUALITY });
    const slow = await metrics({ playerId: 'rec', reports: [report('slow', { frames: 100 })] });
    expect(slow.recommendedMode).toBe(Mode.BALANCED);
    const quick = report('quick', { busyFrameMs: 4 });
    expect((await metrics({ playerId: 'new', reports: [quick] })).recommendedMode).toBe(Mode.QUALITY);
  });

  it('are there when all tasks have ended and others have started', async () => {
    await adjust({ playerId: 'lasting', mode: Mode.QUALITY });
    await metrics({ playerId: 'lasting', reports: [report('r')] });
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect(await metrics({ playerId: 'lasting' })).toMatchObject({
      metrics: { averageFps: 60 },
      recommendedMode: Mode.QUALITY,
    });
  });
});

it('applies a strict budget to whoever adjusts a mode, until it is lifted', async () => {
  const before = Date.now();
  const reply = await budget({ ...FRAME, budgetValue: 11.2 });
  expect(reply).toMatchObject({ success: true, appliedBudget: { ...FRAME, budgetValue: 11.2 } });
  expect(Number(reply.appliedBudget?.setAtMs)).toBeGreaterThanOrEqual(before);
  await budget({ budgetType: BudgetType.MEMORY_MB, budgetValue: 3_000, strictEnforcement: true });
  const { appliedSettings } = await adjust({ playerId: 'b', mode: Mode.QUALITY });
  expect(appliedSettings).toMatchObject({ target_fps: 90, texture_quality: 'low' });
  const lifted = await budget(FRAME);
  expect(lifted.appliedBudget?.budgetValue).toBeUndefined();
  await budget({ budgetType: BudgetType.MEMORY_MB });
  const free = await adjust({ playerId: 'b', mode: Mode.QUALITY });
  expect(free.appliedSettings).toMatchObject({ target_fps: 60, texture_quality: 'high' });
});

it('lets a player neither change nor report for another', async () => {
  const meta = { userId: 'thief' };
  const refused = [
    await adjust({ playerId: 'owner', mode: Mode.QUALITY, meta }),
    await metrics({ playerId: 'owner', reports: [report('r')], meta }),
  ];
  expect(refused.map(({ error }) => error?.code)).toEqual(Array(2).fill(Error_Code.PERMISSION_DENIED));
  expect((await adjust({ playerId: 'thief', mode: Mode.QUALITY, meta })).error).toBeUndefined();
});

describe('a request', () => {
  const custom = (customSettings: { [key: string]: string | number }) => ({
    ...{ playerId: 'x', mode: Mode.CUSTOM, customSettings },
  });
  it.each<[string, MessageInitShape<typeof AdjustModeRequestSchema>, RegExp]>([
    ['no player', { mode: Mode.QUALITY }, /player_id is empty/],
    ['a player id beyond all measure', { playerId: 'x'.repeat(129), mode: Mode.QUALITY }, /128 bytes/],
    ['no mode', { playerId: 'x' }, /mode must be/],
    ['an unknown mode', { playerId: 'x', mode: 9 as Mode }, /mode must be/],
    ['custom settings of another mode', { ...custom({ target_fps: 30 }), mode: Mode.QUALITY }, /go with/],
    ['nothing custom', custom({}), /go with MODE_CUSTOM/],
    ['an unknown setting', custom({ toString: 1 }), /no setting "toString"/],
    ['a setting of another type', custom({ resolution_scale: '1' }), /resolution_scale must be a number/],
    ['a setting that is no number', custom({ view_distance: Number.NaN }), /view_distance/],
    ['a value that no setting has', custom({ target_fps: 61 }), /one of 30, 60, 90, 120/],
  ])('to adjust with %s is INVALID_ARGUMENT', async (_, init, message) => {
    const { error } = await adjust(init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toMatch(message);
  });

  it.each<[string, MessageInitShape<typeof GetMetricsRequestSchema>, RegExp]>([
    ['no player', {}, /player_id is empty/],
    ['a time before all time', { playerId: 'x', durationSeconds: -1 }, /duration_seconds/],
    ['too long a time', { playerId: 'x', durationSeconds: 601 }, /between 0 and 600/],
    ['a report without id', { playerId: 'x', reports: [report('')] }, /reports\[0\]\.report_id is empty/],
    ['a report twice', { playerId: 'x', reports: [report('a'), report('a')] }, /same report_id/],
    ['no time measured', { playerId: 'x', reports: [report('a', { seconds: 0 })] }, /reports\[0\]\.seconds/],
    ['a time that is none', { playerId: 'x', reports: [report('a', { seconds: Number.NaN })] }, /seconds/],
    ['memory below zero', { playerId: 'x', reports: [report('a', { memoryMb: -1 })] }, /memory_mb/],
    [
      'too many reports',
      { playerId: 'x', reports: Array.from({ length: 11 }, (_, i) => report(`${i}`)) },
      /reports has more than 10 entries/,
    ],
  ])('for metrics with %s is INVALID_ARGUMENT', async (_, init, message) => {
    const { error } = await metrics(init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toMatch(message);
  });

  it.each<[string, MessageInitShape<typeof SetBudgetRequestSchema>, RegExp]>([
    ['no type', { budgetValue: 16 }, /budget_type must be/],
    ['an unknown type', { budgetType: 9 as BudgetType, budgetValue: 16 }, /budget_type must be/],
    ['no time at all', { ...FRAME, budgetValue: 0 }, /budget_value must be between 8.3 and 1000/],
    ['a value that is none', { ...FRAME, budgetValue: Number.NaN }, /budget_value/],
    [
      'less memory than any settings need',
      { budgetType: BudgetType.MEMORY_MB, budgetValue: 1_000, strictEnforcement: true },
      /the lowest settings need/,
    ],
  ])('for a budget of %s is INVALID_ARGUMENT', async (_, init, message) => {
    const { error } = await budget(init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toMatch(message);
  });

  it('is done a thousand times at once, or refused because that is too many', async () => {
    const replies = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        metrics({ playerId: `burst-${i}`, reports: [report('r')] }).catch(() => undefined),
      ),
    );
    const failures = new Set(replies.flatMap((reply) => (reply?.error ? [reply.error.code] : [])));
    expect([Error_Code.RESOURCE_EXHAUSTED, Error_Code.UNAVAILABLE]).toEqual(
      expect.arrayContaining([...failures]),
    );
    const done = replies.flatMap((reply, i) => (reply?.metrics ? [i] : []));
    for (const i of done.slice(0, 20))
      expect((await metrics({ playerId: `burst-${i}` })).metrics?.reports).toBe(1);
  });
});

describe('whatever comes, performance-mode', () => itWithstandsNonsense('performance-mode', () => lab));
