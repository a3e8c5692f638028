import { isDeepStrictEqual } from 'node:util';
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  AdjustModeRequestSchema,
  AdjustModeResponseSchema,
  GetMetricsRequestSchema,
  GetMetricsResponseSchema,
  Mode,
  type PerformanceMetricsSchema,
  SetBudgetRequestSchema,
  SetBudgetResponseSchema,
} from '../gen/performance_mode_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { playerOf, within } from '../sdk/fields.ts';
import { hashOf } from '../sdk/hash.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import type { Records } from '../sdk/records.ts';
import { type Budgets, keptWithin } from './budgets.ts';
import { type Chosen, recommend } from './recommend.ts';
import { LONGEST_S, type Metrics, metricsOf, type Report, since, withReports } from './reports.ts';
import { budgetOf, reportsOf, wanted } from './request.ts';
import { PRESETS } from './settings.ts';

/** Seconds. */
const DEFAULT_DURATION = 60;
/** Of a player who has chosen nothing. */
const UNCHOSEN: Chosen = { mode: Mode.BALANCED, settings: PRESETS[Mode.BALANCED] };
const BUDGETS = 'budgets';
const modeOf = (playerId: string) => `mode.${safeKey(playerId)}`;

export interface Performance {
  /** Modes that players have chosen, and the budgets of all. */
  choices: Records;
  /** What games have reported of late. */
  reported: Bucket;
  events: Events;
  now?: () => number;
}

export function performanceEndpoints({
  choices,
  reported,
  events,
  now = () => Date.now(),
}: Performance): Record<string, Endpoint> {
  const budgetsNow = async () => (await choices.get<Budgets>(BUDGETS)) ?? {};

  /** What is there when these have come. */
  const takeIn = async (playerId: string, added: Report[]): Promise<Report[]> => {
    if (added.length === 0) return (await reported.get<Report[]>(safeKey(playerId))) ?? [];
    let reports: Report[] = [];
    await reported.update<Report[]>(safeKey(playerId), (current = []) => {
      const next = withReports(current, added, now());
      reports = next ?? current;
      return next;
    });
    return reports;
  };

  return {
    adjust_mode: endpoint(
      AdjustModeRequestSchema,
      AdjustModeResponseSchema,
      async (request, { meta, key, log }) => {
        const playerId = playerOf(request.playerId, meta);
        const budgets = await budgetsNow();
        const change = (current: Chosen | undefined) => {
          const { mode, settings } = wanted(request, current ?? UNCHOSEN);
          const chosen = { mode, settings: { ...keptWithin(settings, budgets) } };
          const isChanged = !isDeepStrictEqual(chosen, current);
          return { next: isChanged ? chosen : undefined, result: { ...chosen, isChanged } };
        };
        const { mode, settings, isChanged } = await choices.change(modeOf(playerId), key, change);
        const payload = { player_id: playerId, mode: Mode[mode].toLowerCase(), settings };
        // A retry tells of the first change again: it is the same event.
        const id = key && { id: `perf.${hashOf(playerId, key.id)}` };
        if (isChanged) await events.announce('evt.perf.mode.changed.v1', { ...id, payload }, log);
        return { appliedSettings: settings };
      },
    ),

    get_metrics: endpoint(GetMetricsRequestSchema, GetMetricsResponseSchema, async (request, { meta }) => {
      const playerId = playerOf(request.playerId, meta);
      const seconds = within('duration_seconds', request.durationSeconds, 0, LONGEST_S) || DEFAULT_DURATION;
      const reports = await takeIn(playerId, reportsOf(request.reports, now()));
      const metrics = metricsOf(since(reports, seconds, now()));
      if (metrics === undefined)
        throw new ServiceError(
          Code.NOT_FOUND,
          `No frames of this player were reported in the last ${seconds} s.`,
        );
      const [chosen = UNCHOSEN, budgets] = await Promise.all([
        choices.get<Chosen>(modeOf(playerId)),
        budgetsNow(),
      ]);
      return { metrics: toMessage(metrics), recommendedMode: recommend(chosen, metrics, budgets) };
    }),

    set_budget: endpoint(SetBudgetRequestSchema, SetBudgetResponseSchema, async (request, { key }) => {
      const which = budgetOf(request);
      const { budgetType, budgetValue, strictEnforcement } = request;
      const setMs = await choices.change(BUDGETS, key, ({ [which]: _, ...others }: Budgets = {}) => {
        const limit = { value: budgetValue, isStrict: strictEnforcement, setMs: now() };
        return {
          next: budgetValue === undefined ? others : { ...others, [which]: limit },
          result: limit.setMs,
        };
      });
      const value = budgetValue === undefined ? {} : { budgetValue };
      const appliedBudget = { budgetType, ...value, strictEnforcement, setAtMs: BigInt(setMs) };
      return { success: true, appliedBudget };
    }),
  };
}

function toMessage(metrics: Metrics): MessageInitShape<typeof PerformanceMetricsSchema> {
  const { fps, frameMs, slowestMs, dropped, busyMs, memoryMb, reports, seconds } = metrics;
  return {
    averageFps: fps,
    ...(frameMs !== undefined && { averageFrameMs: frameMs }),
    slowestFrameMs: slowestMs,
    droppedFrames: dropped,
    ...(busyMs !== undefined && { busyFrameMs: busyMs }),
    ...(memoryMb !== undefined && { memoryMb }),
    reports,
    measuredSeconds: seconds,
  };
}
