import { Mode } from '../gen/performance_mode_pb.js';
import { FRAME_RATES, LEAST_VIEW, PRESETS, QUALITIES, type Settings } from './settings.ts';

/** What the games of all players may take; absent: whatever they want. As it lies in the bucket. */
export interface Budgets {
  frameTimeMs?: Limit;
  memoryMb?: Limit;
}

export interface Limit {
  value: number;
  isStrict: boolean;
  setMs: number;
}

/** How much of a frame's time is no more than the display's own inaccuracy: 60 frames keep to 16.6 ms. */
const TOLERANCE = 1.01;

/** The settings, with those lowered that would not keep to a strict budget. */
export function keptWithin(settings: Settings, { frameTimeMs, memoryMb }: Budgets): Settings {
  let kept = settings;
  if (frameTimeMs?.isStrict && !keeps(kept.target_fps, frameTimeMs.value)) {
    const rate = FRAME_RATES.find((one) => keeps(one, frameTimeMs.value));
    kept = { ...kept, target_fps: rate ?? kept.target_fps };
  }
  if (memoryMb?.isStrict)
    while (memoryOf(kept) > memoryMb.value) {
      const lowered = lower(kept);
      if (lowered === undefined) break;
      kept = lowered;
    }
  return kept;
}

function keeps(fps: number, frameTimeMs: number): boolean {
  return 1000 / fps <= frameTimeMs * TOLERANCE;
}

const BASE_MB = 1_200;
const TEXTURES_MB = [400, 1_200, 2_600];
const SHADOWS_MB = [100, 250, 500];
const MB_A_METER = 0.2;

/** Megabytes that a game with these settings will use, about: what decides before there is a report. */
export function memoryOf({
  texture_quality,
  shadow_quality,
  resolution_scale,
  view_distance,
}: Settings): number {
  return (
    BASE_MB +
    (TEXTURES_MB[QUALITIES.indexOf(texture_quality)] ?? 0) +
    (SHADOWS_MB[QUALITIES.indexOf(shadow_quality)] ?? 0) * resolution_scale ** 2 +
    view_distance * MB_A_METER
  );
}

/** Nothing needs less. */
export const LEAST_MEMORY_MB = Math.ceil(
  memoryOf({ ...PRESETS[Mode.PERFORMANCE], resolution_scale: 1, view_distance: LEAST_VIEW }),
);

/** One step down, where one sees it least; undefined at the bottom. */
function lower(settings: Settings): Settings | undefined {
  for (const key of ['shadow_quality', 'texture_quality'] as const) {
    const below = QUALITIES[QUALITIES.indexOf(settings[key]) - 1];
    if (below !== undefined) return { ...settings, [key]: below };
  }
  if (settings.view_distance <= LEAST_VIEW) return undefined;
  return { ...settings, view_distance: Math.max(LEAST_VIEW, settings.view_distance / 2) };
}
