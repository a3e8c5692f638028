import { describe, expect, it } from 'vitest';
import { Mode } from '../../../services/gen/performance_mode_pb.js';
import {
  type Budgets,
  keptWithin,
  LEAST_MEMORY_MB,
  memoryOf,
} from '../../../services/performance-mode/budgets.ts';
import { type Chosen, recommend } from '../../../services/performance-mode/recommend.ts';
import { metricsOf, type Report, since, withReports } from '../../../services/performance-mode/reports.ts';
import { PRESETS, type Preset, withCustom } from '../../../services/performance-mode/settings.ts';

const report = (change: Partial<Report> = {}): Report => ({
  ...{ id: 'r', atMs: 0, frames: 600, seconds: 10, slowestMs: 20, dropped: 0 },
  ...change,
});
const chosen = (mode: Preset): Chosen => ({ mode, settings: PRESETS[mode] });
const { PERFORMANCE, BALANCED, QUALITY, CUSTOM } = Mode;

describe('metrics', () => {
  it('are what all reports say together', () => {
    const metrics = metricsOf([
      report({ frames: 100, seconds: 1, slowestMs: 12, busyMs: 8, memoryMb: 3000 }),
      report({ frames: 300, seconds: 9, slowestMs: 50, busyMs: 4, dropped: 2 }),
    ]);
    expect(metrics).toMatchObject({
      ...{ fps: 40, frameMs: 25, slowestMs: 50, dropped: 2, busyMs: 5, memoryMb: 3000 },
      ...{ reports: 2, seconds: 10, frames: 400 },
    });
  });

  it('are none without a report, and leave out what no report had', () => {
    expect(metricsOf([])).toBeUndefined();
    expect(Object.keys(metricsOf([report({ frames: 0 })]) ?? {})).not.toContain('frameMs');
    expect(metricsOf([report({ frames: 0 })])?.fps).toBe(0);
    expect(metricsOf([report()])).not.toHaveProperty('busyMs');
  });

  it('count a report once, and no older ones than asked for', () => {
    const first = withReports([], [report({ id: 'a', atMs: 1_000 })], 1_000) ?? [];
    expect(withReports(first, [report({ id: 'a', atMs: 2_000 })], 2_000)).toBeUndefined();
    const both = withReports(first, [report({ id: 'b', atMs: 31_000 })], 31_000) ?? [];
    expect(both.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(since(both, 10, 32_000).map(({ id }) => id)).toEqual(['b']);
    const much = Array.from({ length: 200 }, (_, i) => report({ id: `${i}`, atMs: 900_000 }));
    expect(
      withReports(both, much, 900_000)
        ?.map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(['80', '81']);
  });
});

describe('the recommended mode', () => {
  const { frameTimeMs, memoryMb }: Required<Budgets> = {
    frameTimeMs: { value: 33, isStrict: false, setMs: 0 },
    memoryMb: { value: 3_000, isStrict: false, setMs: 0 },
  };
  const room = { busyMs: 5, memoryMb: 1_000 };
  it.each<[string, Preset, Partial<Report>, Budgets, Mode]>([
    ['the present one where all is well', BALANCED, { busyMs: 12 }, {}, BALANCED],
    ['the present one where nobody knows whether there is room', BALANCED, {}, {}, BALANCED],
    ['one down where frames are slow', QUALITY, { frames: 500 }, {}, BALANCED],
    ['one down where frames are dropped', QUALITY, { dropped: 60 }, {}, BALANCED],
    ['one down where the game stands still', BALANCED, { frames: 0 }, {}, PERFORMANCE],
    ['one down where memory is over budget', QUALITY, { memoryMb: 3_001 }, { memoryMb }, BALANCED],
    ['the lowest where it is slow all the same', PERFORMANCE, { frames: 100 }, {}, PERFORMANCE],
    ['one up where there is room', BALANCED, room, {}, QUALITY],
    ['the highest where there is room all the same', QUALITY, room, {}, QUALITY],
    [
      'the present one where the next would need more memory than there is',
      BALANCED,
      room,
      { memoryMb },
      BALANCED,
    ],
    ['the present one where fewer frames are enough', QUALITY, { frames: 310 }, { frameTimeMs }, QUALITY],
    ['one up where fewer frames are enough', BALANCED, { frames: 310, busyMs: 19 }, { frameTimeMs }, QUALITY],
  ])('is %s', (_, mode, change, budgets, expected) => {
    const metrics = metricsOf([report(change)]);
    expect(metrics && recommend(chosen(mode), metrics, budgets)).toBe(expected);
  });

  it('leaves a player’s own settings alone, until they are too much', () => {
    const own: Chosen = { mode: CUSTOM, settings: PRESETS[QUALITY] };
    const [fine, slow] = [metricsOf([report(room)]), metricsOf([report({ frames: 100 })])];
    expect(fine && recommend(own, fine, {})).toBe(CUSTOM);
    expect(slow && recommend(own, slow, {})).toBe(PERFORMANCE);
  });
});

describe('a strict budget', () => {
  const memory = (value: number, isStrict = true) => ({ memoryMb: { value, isStrict, setMs: 0 } });
  const frame = (value: number) => ({ frameTimeMs: { value, isStrict: true, setMs: 0 } });

  it('lowers settings until they keep to it, and no further', () => {
    const kept = keptWithin(PRESETS[QUALITY], memory(3_000));
    expect(memoryOf(kept)).toBeLessThanOrEqual(3_000);
    expect(kept).toMatchObject({ texture_quality: 'low', shadow_quality: 'low', target_fps: 60 });
    expect(keptWithin(PRESETS[QUALITY], memory(4_000)).texture_quality).not.toBe('low');
    expect(keptWithin(PRESETS[QUALITY], memory(9_000))).toEqual(PRESETS[QUALITY]);
  });

  it('can always be kept to, from the least that may be set', () => {
    const most = withCustom(PRESETS[QUALITY], { view_distance: 5000 });
    expect(memoryOf(keptWithin(most, memory(LEAST_MEMORY_MB)))).toBeLessThanOrEqual(LEAST_MEMORY_MB);
  });

  it('raises the frame rate that is aimed at', () => {
    const slow = withCustom(PRESETS[QUALITY], { target_fps: 30 });
    expect(keptWithin(slow, frame(16.6)).target_fps).toBe(60);
    expect(keptWithin(slow, frame(8.3)).target_fps).toBe(120);
    expect(keptWithin(slow, frame(40))).toEqual(slow);
  });

  it('is the only one that changes settings', () => {
    expect(keptWithin(PRESETS[QUALITY], memory(1_000, false))).toEqual(PRESETS[QUALITY]);
  });
});
