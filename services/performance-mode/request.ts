import {
  type AdjustModeRequest,
  BudgetType,
  BudgetTypeSchema,
  type FrameReport,
  Mode,
  ModeSchema,
  type SetBudgetRequest,
} from '../gen/performance_mode_pb.js';
import { enumOf, idOf, invalid, listOf, within } from '../sdk/fields.ts';
import { type Budgets, LEAST_MEMORY_MB } from './budgets.ts';
import type { Chosen } from './recommend.ts';
import type { Report } from './reports.ts';
import { FRAME_RATES, PRESETS, withCustom } from './settings.ts';

/** In one request. */
const MOST_REPORTS = 10;
const MOST_FRAMES = 1_000_000;
const LONGEST_REPORT_S = 600;
const LONGEST_FRAME_MS = 600_000;
const LONGEST_BUDGET_MS = 1_000;
const LEAST_BUDGET_MB = 256;
const MOST_MEMORY_MB = 1_048_576;
/** No game is asked for more frames than the fastest setting has. */
const SHORTEST_FRAME_MS = Math.floor(10_000 / Math.max(...FRAME_RATES)) / 10;

/** @throws ServiceError INVALID_ARGUMENT */
export function wanted({ customSettings = {}, ...request }: AdjustModeRequest, current: Chosen): Chosen {
  const mode = enumOf('mode', ModeSchema, request.mode);
  const isCustom = Object.keys(customSettings).length > 0;
  if (isCustom !== (mode === Mode.CUSTOM))
    throw invalid('custom_settings go with MODE_CUSTOM, and the other way round.');
  return mode === Mode.CUSTOM
    ? { mode, settings: withCustom(current.settings, customSettings) }
    : { mode, settings: PRESETS[mode] };
}

/** @throws ServiceError INVALID_ARGUMENT */
export function reportsOf(reports: FrameReport[], atMs: number): Report[] {
  const read = listOf('reports', reports, MOST_REPORTS).map((report, i) =>
    reportOf(`reports[${i}]`, report, atMs),
  );
  if (new Set(read.map(({ id }) => id)).size < read.length)
    throw invalid('Two of the reports have the same report_id.');
  return read;
}

function reportOf(field: string, report: FrameReport, atMs: number): Report {
  const { reportId, frames, seconds, slowestFrameMs, droppedFrames, busyFrameMs, memoryMb } = report;
  return {
    id: idOf(`${field}.report_id`, reportId),
    atMs,
    frames: within(`${field}.frames`, frames, 0, MOST_FRAMES),
    seconds: within(`${field}.seconds`, seconds, 0.001, LONGEST_REPORT_S),
    slowestMs: within(`${field}.slowest_frame_ms`, slowestFrameMs, 0, LONGEST_FRAME_MS),
    dropped: within(`${field}.dropped_frames`, droppedFrames, 0, MOST_FRAMES),
    ...(busyFrameMs !== undefined && {
      busyMs: within(`${field}.busy_frame_ms`, busyFrameMs, 0, LONGEST_FRAME_MS),
    }),
    ...(memoryMb !== undefined && { memoryMb: within(`${field}.memory_mb`, memoryMb, 0, MOST_MEMORY_MB) }),
  };
}

/** @returns which of the budgets it is @throws ServiceError INVALID_ARGUMENT */
export function budgetOf(request: SetBudgetRequest): keyof Budgets {
  const { budgetValue: value, strictEnforcement } = request;
  if (enumOf('budget_type', BudgetTypeSchema, request.budgetType) === BudgetType.FRAME_TIME_MS) {
    if (value !== undefined) within('budget_value', value, SHORTEST_FRAME_MS, LONGEST_BUDGET_MS);
    return 'frameTimeMs';
  }
  if (value !== undefined) within('budget_value', value, LEAST_BUDGET_MB, MOST_MEMORY_MB);
  if (strictEnforcement && value !== undefined && value < LEAST_MEMORY_MB)
    throw invalid(
      `budget_value: the lowest settings need ${LEAST_MEMORY_MB} MB, and no strict budget lowers that.`,
    );
  return 'memoryMb';
}
