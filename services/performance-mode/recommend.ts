import { Mode } from '../gen/performance_mode_pb.js';
import { type Budgets, memoryOf } from './budgets.ts';
import type { Metrics } from './reports.ts';
import { PRESETS, type Preset, type Settings } from './settings.ts';

export interface Chosen {
  mode: Preset | Mode.CUSTOM;
  settings: Settings;
}

const LADDER: Preset[] = [Mode.PERFORMANCE, Mode.BALANCED, Mode.QUALITY];

/** Of the frame rate aimed at: less is too slow. */
const ENOUGH = 0.95;
/** Share of frames that nobody misses. */
const FEW_DROPPED = 0.05;
/** Share of a frame's time and of the memory in use, up to which there is room for more. */
const ROOM = 0.6;

/** The mode that suits what was measured: one step down where it is too much, one up where there is room. */
export function recommend({ mode, settings }: Chosen, metrics: Metrics, budgets: Budgets): Mode {
  const frameMs = budgets.frameTimeMs?.value ?? 1_000 / settings.target_fps;
  const memoryMb = budgets.memoryMb?.value ?? Number.POSITIVE_INFINITY;
  if (isTooMuch(metrics, frameMs, memoryMb)) return stepFrom(mode, -1);
  const above = stepFrom(mode, 1);
  if (above === Mode.CUSTOM || metrics.busyMs === undefined || metrics.busyMs > ROOM * frameMs) return mode;
  const fits = memoryOf(PRESETS[above]) <= memoryMb && (metrics.memoryMb ?? 0) <= ROOM * memoryMb;
  return fits ? above : mode;
}

function isTooMuch(
  { fps, frames, dropped, memoryMb = 0 }: Metrics,
  frameMs: number,
  limitMb: number,
): boolean {
  const isSlow = fps < (ENOUGH * 1_000) / frameMs;
  return isSlow || dropped > FEW_DROPPED * (frames + dropped) || memoryMb > limitMb;
}

/** Nobody knows what to change of settings of the player's own, but for all of them at once. */
function stepFrom(mode: Chosen['mode'], step: 1 | -1): Chosen['mode'] {
  if (mode === Mode.CUSTOM) return step < 0 ? Mode.PERFORMANCE : mode;
  return LADDER[LADDER.indexOf(mode) + step] ?? mode;
}
